#pragma once

#include <stdexcept>

namespace usher {

/// The state file cannot be used: missing, corrupt, of a newer version, not ours alone, disk full.
/// The text says which file, what it means and what to do. Nothing was overwritten.
class StoreError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Another usher holds the writer lock.
class LockedError : public StoreError {
 public:
  using StoreError::StoreError;
};

}  // namespace usher
