// What Prong throws when something cannot be set up. How an item ends is not an error: see outcome.hpp.
#pragma once

#include <prong/export.hpp>

#include <stdexcept>
#include <string>

namespace prong {

// The base of all of them. what() is a sentence that says what was wrong, where, and what to do.
class PRONG_API Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
  ~Error() override;
};

// No module or no function of that name can be found.
class PRONG_API CannotFind : public Error {
 public:
  using Error::Error;
  ~CannotFind() override;
};

// A file was found and cannot be used.
class PRONG_API Refused : public Error {
 public:
  Refused(std::string code, const std::string& message);
  ~Refused() override;
  // Stable, kebab-case: "writable-by-others", "crashed-on-load". docs/refusals.md lists them.
  [[nodiscard]] const std::string& code() const noexcept { return code_; }

 private:
  std::string code_;
};

// The caller's types, encodings or bound arguments do not fit the function.
class PRONG_API Mismatch : public Error {
 public:
  using Error::Error;
  ~Mismatch() override;
};

// The call is wrong whatever the function: an option out of range, a pool that was closed, join before close.
class PRONG_API UsageError : public Error {
 public:
  using Error::Error;
  ~UsageError() override;
};

// What was waited for has not come by the deadline.
class PRONG_API TimedOut : public Error {
 public:
  using Error::Error;
  ~TimedOut() override;
};

// The pool cannot start or go on: no zygote, no workers, no memory.
class PRONG_API PoolBroken : public Error {
 public:
  using Error::Error;
  ~PoolBroken() override;
};

}  // namespace prong
