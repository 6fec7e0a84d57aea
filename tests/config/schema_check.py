"""Says which of the given configurations a JSON Schema refuses.

usage: schema_check.py SCHEMA FILE...

Prints one line for each file: `accepts PATH` or `refuses PATH: first reason`. Files that are not
readable as YAML, and keys given twice, count as refused: editors report both by themselves.
"""

import json
import re
import sys

import jsonschema
import yaml


class Loader(yaml.SafeLoader):
    """YAML 1.2, as usher and editors read it: `off` and `yes` are texts, and so are dates."""

    def construct_mapping(self, node, deep=False):
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        if len(keys) != len(set(keys)):
            raise yaml.YAMLError("a key is given twice")
        return super().construct_mapping(node, deep)


Loader.yaml_implicit_resolvers = {}
for tag, pattern, first in [
    ("tag:yaml.org,2002:bool", r"^(true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("tag:yaml.org,2002:null", r"^(~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    ("tag:yaml.org,2002:int", r"^[-+]?[0-9]+$", "-+0123456789"),
    ("tag:yaml.org,2002:float", r"^[-+]?[0-9]*\.[0-9]+$", "-+.0123456789"),
]:
    Loader.add_implicit_resolver(tag, re.compile(pattern), list(first))


def verdict(validator, path):
    with open(path, encoding="utf-8") as file:
        try:
            document = yaml.load(file, Loader)
        except (yaml.YAMLError, TypeError, UnicodeDecodeError) as error:
            return f"refuses {path}: {str(error).splitlines()[0]}"
    for error in validator.iter_errors(document):
        place = "/".join(map(str, error.absolute_path))
        return f"refuses {path}: {place}: {error.message.splitlines()[0][:200]}"
    return f"accepts {path}"


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    for path in sys.argv[2:]:
        print(verdict(validator, path))


main()
