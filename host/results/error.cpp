// Out of line, so that one library holds each exception's type information.
#include <prong/error.hpp>

#include <utility>

namespace prong {

Error::~Error() = default;
CannotFind::~CannotFind() = default;
Refused::Refused(std::string code, const std::string& message) : Error{message}, code_{std::move(code)} {}
Refused::~Refused() = default;
Mismatch::~Mismatch() = default;
UsageError::UsageError(WrongOption option)
    : Error{option.name + (option.value.empty() ? "" : " " + option.value) + ": " + option.reason},
      option_{std::move(option)} {}
UsageError::~UsageError() = default;
TimedOut::~TimedOut() = default;
PoolBroken::~PoolBroken() = default;

}  // namespace prong
