#pragma once

#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>
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
/// `Contract<subject>.<Behaviour>`. What a provider cannot do is skipped by what its Capabilities
/// declare, never by its name.
namespace usher::contract {

/// What somebody else does to the fake: a verb of its control endpoint, and the body.
using Deed = std::pair<std::string, std::string>;

struct Subject {
  std::string name;                     ///< `Dreadnode`
  const ConnectorKind* kind = nullptr;  ///< what is tested
  std::string api;                      ///< name of the fake API that the target is pointed at

  /// The fake, empty.
  std::function<std::vector<std::unique_ptr<sandbox::Api>>()> apis;

  /// A seed for it: one tenancy with everything that the settings name (tokens, an owner where the
  /// provider has one) and the accounts of `people(1)` to `people(count)`.
  std::function<nlohmann::json(int count)> seed;

  /// Switches of the fake, as it is to behave in all tests.
  std::vector<std::pair<std::string, std::string>> switches;

  /// The settings of a target, all but `url`.
  std::function<SettingValues()> settings;
  /// Settings that name a place on the stage beside `url`: name → API and path (`scim_oauth`,
  /// `/token`).
  std::vector<std::pair<std::string, std::pair<std::string, std::string>>> places;
  std::string credential;  ///< which of them is the secret

  /// The desired account of one person, with every attribute that can be mapped. Numbers differ in
  /// all of them that must. Accounts that carry nothing of a person: always an empty one.
  std::function<Account(int number)> person;

  /// Other values for the attributes that can be changed later: for each of them.
  Fields others;

  std::vector<std::string> row_members;  ///< members of a listed account that it cannot do without
  int page = 0;                          ///< accounts on one page of the list; 0: it has no pages
  std::vector<std::string> limits;       ///< fault rules (JSON), one per shape of 429

  // Everything from here on is for providers that know it; empty: this one does not.

  /// Remote ids or keys of accounts that are in the seed for any number of people: the owner, and
  /// the one whose credential it is.
  std::string owner = {};
  std::string self = {};

  /// Members of what `GET /_sandbox/state` shows that reading changes too: counters, sessions.
  std::vector<std::string> counters = {};

  /// Body of the `edit` with which somebody else removes the account, as it was listed, behind our
  /// back.
  std::function<std::string(const Account& account)> remove = {};
  /// Body of the `edit` with which person `number` gets an account at the provider that belongs to
  /// others: it is not in our list.
  std::function<std::string(int number)> outsider = {};
  /// How an invited person accepts.
  std::function<Deed(const Account& account)> accept = {};
  /// How the provider forgets that we have logged in; one for each way.
  std::vector<Deed> lose_session = {};
  /// How the last free seat is taken.
  Deed fill = {};

  /// Body of a POST to `switches` that makes writes visible only after 2 s.
  std::string delay = {};
  /// Bodies of a POST to `switches`: what the provider may do otherwise and still be served.
  std::vector<std::string> moods = {};
};

/// Registers all tests for `subject`; to be called before main, once for each way of talking to a
/// provider. The result only serves to have something to initialise.
bool add(Subject subject);

}  // namespace usher::contract
