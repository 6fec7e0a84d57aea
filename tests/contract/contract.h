#pragma once

#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "connectors/kind.h"
#include "mapping/account.h"
#include "mapping/setting.h"

namespace usher::sandbox {
class Api;
}

/// What every connector must do, told as a guided tour: credentials, lists, creating, reading back,
/// changing, removing, and everything that can go wrong between two requests.
///
/// A connector brings a Subject, about twenty lines; its tests are then called
/// `Contract/<subject>.<Behaviour>`. What a provider cannot do is skipped by what its Capabilities
/// declare, never by its name.
namespace usher::contract {

struct Subject {
  std::string name;                     ///< `Dreadnode`
  const ConnectorKind* kind = nullptr;  ///< what is tested
  std::string api;                      ///< name of the fake API that the target is pointed at

  /// The fake, empty.
  std::function<std::vector<std::unique_ptr<sandbox::Api>>()> apis;

  /// A seed for it: one tenancy with everything that the settings name (tokens, an owner where the
  /// provider has one) and the accounts of `people(1)` to `people(count)`.
  std::function<nlohmann::json(int count)> seed;

  /// The settings of a target, all but `url`.
  std::function<SettingValues()> settings;
  std::string credential;  ///< which of them is the secret

  /// The desired account of one person, with every attribute that can be mapped. Numbers differ in
  /// all of them that must.
  std::function<Account(int number)> person;

  /// Other values for the attributes that can be changed later.
  Fields others;

  std::vector<std::string> row_members;  ///< members of a listed account that it cannot do without
  int page = 0;                          ///< accounts on one page of the list; 0: it has no pages
  std::vector<std::string> limits;       ///< fault rules (JSON), one per shape of 429

  /// Body of the `edit` with which somebody else removes the account behind our back; empty: the
  /// fake cannot.
  std::function<std::string(const Account& account)> remove;
  /// The verb and body by which an invited person accepts; empty: nobody has to.
  std::function<std::pair<std::string, std::string>(const Account& account)> accept;
  /// Body of a POST to `switches` that makes writes visible only after 2 s; empty: the fake cannot.
  std::string delay;
};

/// Registers all tests for `subject`; to be called before main, once for each way of talking to a
/// provider. The result only serves to have something to initialise.
bool add(Subject subject);

}  // namespace usher::contract
