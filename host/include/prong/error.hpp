// What Prong throws when something cannot be set up. How an item ends is not an error: see outcome.hpp.
#pragma once

#include <prong/export.hpp>

#include <optional>
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

// A member of PoolOptions, by name, whose value cannot be.
struct WrongOption {
  std::string name;    // "memory_limit"
  std::string value;   // "1024"; empty: any
  std::string reason;  // "a worker itself needs 16777216 bytes"
};

// The call is wrong whatever the function: an option out of range, a pool that was closed, join before close.
class PRONG_API UsageError : public Error {
 public:
  using Error::Error;
  explicit UsageError(WrongOption option);  // "memory_limit 1024: a worker itself needs 16777216 bytes"
  ~UsageError() override;
  // For whoever knows the option by another name. nullopt: it is about something else.
  [[nodiscard]] const std::optional<WrongOption>& option() const noexcept { return option_; }

 private:
  std::optional<WrongOption> option_;
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
