// Builds our tree from yaml-cpp's events. Its own tree would not do: it keeps the first of two
// equal keys in silence, and every look-up in it is slow.

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <map>
#include <optional>
#include <sstream>
#include <utility>

#include <fmt/format.h>

#include "config/problems.h"
#include "config/source_text.h"
#include "config/yaml_node.h"
#include "mapping/text.h"

namespace usher {
namespace {

constexpr std::string_view kTextTag = "tag:yaml.org,2002:str";

using Node = std::shared_ptr<YamlNode>;

std::size_t offset_of(const YAML::Mark& mark) {
  return mark.pos < 0 ? 0 : static_cast<std::size_t>(mark.pos);
}

class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(const SourceText& text, Problems& problems) : text_(text), problems_(problems) {}

  [[nodiscard]] YamlNodePtr root() const { return root_; }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    finish(make(YamlNode::Kind::kNull, mark), anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto known = anchors_.find(anchor);
    if (known != anchors_.end()) return attach(known->second, offset_of(mark));
    problems_.error(offset_of(mark),
                    "an alias (*name) inside the value it stands for; write the value out");
    attach(make(YamlNode::Kind::kNull, mark), offset_of(mark));
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    Node node = make(YamlNode::Kind::kScalar, mark);
    node->text = value;
    node->quoted = tag == "!" || tag == kTextTag;
    if (tag != kTextTag) check_tag(tag, mark);
    check_quotes(node->offset);
    finish(node, anchor);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    begin(YamlNode::Kind::kSequence, mark, tag, anchor);
  }
  void OnSequenceEnd() override { end(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    begin(YamlNode::Kind::kMap, mark, tag, anchor);
  }
  void OnMapEnd() override { end(); }

 private:
  struct PendingKey {
    std::string text;
    std::size_t offset = 0;
    bool wanted = true;  ///< false: a problem was reported, its value is dropped
  };
  struct Frame {
    Node node;
    YAML::anchor_t anchor;
    std::optional<PendingKey> key = std::nullopt;
    std::map<std::string, std::size_t> seen = {};
  };

  static Node make(YamlNode::Kind kind, const YAML::Mark& mark) {
    auto node = std::make_shared<YamlNode>();
    node->kind = kind;
    node->offset = offset_of(mark);
    return node;
  }

  void check_tag(const std::string& tag, const YAML::Mark& mark) {
    if (tag.empty() || tag == "?" || tag == "!") return;
    problems_.error(offset_of(mark),
                    fmt::format("the tag {} has no meaning here; remove it", in_quotes(tag)));
  }

  // yaml-cpp closes a quote that is open at the end of the file by itself.
  void check_quotes(std::size_t offset) {
    const std::string_view text = text_.text();
    if (offset >= text.size() || (text[offset] != '"' && text[offset] != '\'')) return;
    if (find_closing_quote(text, offset) == text.npos) {
      problems_.error(offset, "this quote is never closed; add the closing quote");
    }
  }

  void begin(YamlNode::Kind kind, const YAML::Mark& mark, const std::string& tag,
             YAML::anchor_t anchor) {
    check_tag(tag, mark);
    stack_.push_back({make(kind, mark), anchor});
  }

  void end() {
    Frame frame = std::move(stack_.back());
    stack_.pop_back();
    finish(frame.node, frame.anchor);
  }

  void finish(const Node& node, YAML::anchor_t anchor) {
    // Where a key has no value the event points at whatever comes next in the file.
    if (node->is_null() && !stack_.empty() && stack_.back().key) {
      node->offset = stack_.back().key->offset;
    }
    if (anchor != 0) anchors_[anchor] = node;
    attach(node, node->offset);
  }

  void attach(const YamlNodePtr& node, std::size_t offset) {
    if (stack_.empty()) {
      root_ = node;
      return;
    }
    Frame& frame = stack_.back();
    if (frame.node->is_sequence()) {
      frame.node->items.push_back(node);
    } else if (!frame.key) {
      frame.key = check_key(frame, *node, offset);
    } else {
      if (frame.key->wanted) {
        frame.node->entries.push_back({frame.key->text, frame.key->offset, node});
      }
      frame.key.reset();
    }
  }

  PendingKey check_key(Frame& frame, const YamlNode& node, std::size_t offset) {
    if (!node.is_scalar()) {
      problems_.error(offset, fmt::format("a key must be a text, but this is {}; templates in "
                                          "braces must be quoted: \"${{name}}\"",
                                          kind_name(node)));
      return {{}, offset, false};
    }
    if (node.text == "<<" && !node.quoted) {
      problems_.error(offset,
                      "merging with '<<' is not supported; put the shared keys under 'templates' "
                      "and write 'extends: NAME' in the target");
      return {{}, offset, false};
    }
    const auto [first, is_new] = frame.seen.emplace(node.text, offset);
    if (is_new) return {node.text, offset, true};
    problems_.error(offset, fmt::format("the key {} is given twice, first in line {}; remove one "
                                        "of the two",
                                        in_quotes(node.text), text_.place(first->second).line));
    return {{}, offset, false};
  }

  const SourceText& text_;
  Problems& problems_;
  std::vector<Frame> stack_;
  std::map<YAML::anchor_t, YamlNodePtr> anchors_;
  YamlNodePtr root_;
};

bool is_unwanted_control(std::string_view text, std::size_t i) {
  const auto c = static_cast<unsigned char>(text[i]);
  if (c == '\r') return i + 1 == text.size() || text[i + 1] != '\n';
  return (c < 0x20 && c != '\t' && c != '\n') || c == 0x7F;
}

/// yaml-cpp replaces bad bytes and ends the file at some control characters, both in silence.
bool check_bytes(const SourceText& source, Problems& problems) {
  const std::string_view text = source.text();
  if (const std::size_t bad = find_invalid_utf8(text); bad != text.npos) {
    problems.error(bad, fmt::format("the byte 0x{:02X} is not UTF-8; save the file as UTF-8",
                                    static_cast<unsigned char>(text[bad])));
    return false;
  }
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!is_unwanted_control(text, i)) continue;
    problems.error(i, fmt::format("the control character 0x{:02X} cannot stand in the file; "
                                  "remove it",
                                  static_cast<unsigned char>(text[i])));
    return false;
  }
  return true;
}

/// The line that the offset is in.
std::string_view line_around(std::string_view text, std::size_t offset) {
  const std::size_t at = std::min(offset, text.size());
  const std::size_t before = at == 0 ? text.npos : text.rfind('\n', at - 1);
  const std::size_t start = before == text.npos ? 0 : before + 1;
  return text.substr(start, text.find('\n', start) - start);
}

std::string_view syntax_cure(std::string_view line) {
  if (line.find("${") != line.npos) return "put templates in quotes: \"${name}\"";
  if (line.find('\t') != line.npos) return "indent with spaces, YAML knows no tabs";
  return "check the indentation, brackets and quotes of this line; a text with ': ' or ' #' in it "
         "needs quotes";
}

void report_syntax_error(const YAML::Exception& error, const SourceText& text, Problems& problems) {
  const std::size_t offset = offset_of(error.mark);
  const std::string_view line = line_around(text.text(), offset);
  problems.error(offset, fmt::format("not readable as YAML ({}) at {}: {}", error.msg,
                                     in_quotes(trim(line)), syntax_cure(line)));
}

}  // namespace

YamlNodePtr parse_yaml(const SourceText& text, Problems& problems) {
  if (!check_bytes(text, problems)) return nullptr;
  TreeBuilder builder(text, problems);
  try {
    std::istringstream stream{std::string(text.text())};
    YAML::Parser parser(stream);
    if (!parser.HandleNextDocument(builder) || !builder.root()) {
      problems.error(0, "the file is empty; begin with 'version: 1'");
      return nullptr;
    }
    TreeBuilder rest(text, problems);
    if (parser.HandleNextDocument(rest) && rest.root()) {
      problems.error(rest.root()->offset,
                     "a second YAML document begins here, but one file is one configuration; "
                     "remove the line '---'");
    }
  } catch (const YAML::Exception& error) {
    report_syntax_error(error, text, problems);
    return nullptr;
  }
  return builder.root();
}

}  // namespace usher
