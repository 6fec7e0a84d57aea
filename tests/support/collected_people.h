#pragma once

#include <functional>
#include <string_view>
#include <utility>
#include <vector>

#include "connectors/source.h"

namespace usher {

/// A sink that keeps what it is given.
class CollectedPeople : public PersonSink {
 public:
  void person(Person person) override {
    people.push_back(std::move(person));
    if (on_person) on_person(people.size());
  }
  void problem(Problem problem) override { problems.push_back(std::move(problem)); }

  /// The first person with this id; null when there is none.
  [[nodiscard]] const Person* find(std::string_view id) const {
    for (const Person& person : people) {
      if (person.source_id == id) return &person;
    }
    return nullptr;
  }

  std::vector<Person> people;
  std::vector<Problem> problems;
  std::function<void(std::size_t count)> on_person;  ///< called after each; to disturb a read
};

}  // namespace usher
