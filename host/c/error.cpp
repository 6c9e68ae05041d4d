// Errors of the C interface: which exception has which status.
#include "guard.hpp"

#include <prong/outcome.hpp>
#include <prong/version.hpp>

#include <exception>
#include <new>
#include <string>
#include <utility>

struct prong_error {
  prong_status status;
  std::string code;
  std::string message;
};

namespace prong::c {

namespace {

prong_error describe(const std::exception& exception) {
  if (const auto* refused = dynamic_cast<const Refused*>(&exception))
    return {PRONG_STATUS_REFUSED, refused->code(), refused->what()};
  prong_status status = PRONG_STATUS_FAILED;
  if (dynamic_cast<const CannotFind*>(&exception) != nullptr) status = PRONG_STATUS_CANNOT_FIND;
  if (dynamic_cast<const Mismatch*>(&exception) != nullptr) status = PRONG_STATUS_MISMATCH;
  if (dynamic_cast<const UsageError*>(&exception) != nullptr) status = PRONG_STATUS_USAGE_ERROR;
  if (dynamic_cast<const TimedOut*>(&exception) != nullptr) status = PRONG_STATUS_TIMED_OUT;
  if (dynamic_cast<const PoolBroken*>(&exception) != nullptr) status = PRONG_STATUS_POOL_BROKEN;
  if (dynamic_cast<const std::bad_alloc*>(&exception) != nullptr) return {PRONG_STATUS_NO_MEMORY, {}, {}};
  return {status, {}, exception.what()};
}

prong_error describe_current() {
  try {
    throw;
  } catch (const std::exception& exception) {
    return describe(exception);
  } catch (...) {
    return {PRONG_STATUS_FAILED, {}, "an exception that is no std::exception"};
  }
}

// An error that needs no memory, the one for all who have none.
constinit char no_memory = 0;
prong_error* no_memory_error() { return reinterpret_cast<prong_error*>(&no_memory); }

}  // namespace

prong_status report(prong_error** error) noexcept {
  try {
    prong_error described = describe_current();
    const prong_status status = described.status;
    if (error != nullptr)
      *error = status == PRONG_STATUS_NO_MEMORY ? no_memory_error() : new prong_error{std::move(described)};
    return status;
  } catch (...) {
    if (error != nullptr) *error = no_memory_error();
    return PRONG_STATUS_NO_MEMORY;
  }
}

}  // namespace prong::c

using prong::c::no_memory_error;

void prong_error_free(prong_error* error) {
  if (error != no_memory_error()) delete error;
}

prong_status prong_error_status(const prong_error* error) {
  if (error == nullptr) return PRONG_STATUS_OK;
  return error == no_memory_error() ? PRONG_STATUS_NO_MEMORY : error->status;
}

const char* prong_error_message(const prong_error* error) {
  if (error == nullptr) return "";
  return error == no_memory_error() ? "there is no memory left" : error->message.c_str();
}

const char* prong_error_code(const prong_error* error) {
  return error == nullptr || error == no_memory_error() ? "" : error->code.c_str();
}

uint32_t prong_c_api_version() { return PRONG_C_API_VERSION; }
const char* prong_version() { return prong::version().data(); }
