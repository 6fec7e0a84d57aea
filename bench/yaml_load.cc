// The floor of `usher check`: the same file through yaml-cpp and nothing else.

#include <yaml-cpp/yaml.h>

#include <cstdio>

int main(int argc, char** argv) {
  if (argc != 2) return 64;
  const YAML::Node document = YAML::LoadFile(argv[1]);
  std::printf("%zu targets\n", document["targets"].size());
}
