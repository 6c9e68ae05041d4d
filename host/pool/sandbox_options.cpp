// Options held against each other.
#include "pool/sandbox_options.hpp"

#include "limits.hpp"

#include <prong/error.hpp>

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <system_error>

namespace prong::pool {

namespace {

std::string_view name_of(Sandbox level) {
  return level == Sandbox::strict ? "strict" : level == Sandbox::limits ? "limits" : "none";
}

void check(const PoolOptions& options) {
  if (options.sandbox > Sandbox::strict) {
    throw UsageError{
        fmt::format("sandbox {}: there is no level of this number", static_cast<unsigned>(options.sandbox))};
  }
  const auto need = [&](bool given, std::string_view option, Sandbox least) {
    if (!given || options.sandbox >= least) return;
    throw UsageError{fmt::format("{} needs the sandbox '{}'{}, and it is '{}'", option, name_of(least),
                                 least == Sandbox::limits ? " or 'strict'" : "", name_of(options.sandbox))};
  };
  need(options.memory_limit.has_value(), "memory_limit", Sandbox::limits);
  need(options.processor_limit.has_value(), "processor_limit", Sandbox::limits);
  need(options.descriptor_limit.has_value(), "descriptor_limit", Sandbox::limits);
  need(!options.allow_read.empty(), "allow_read", Sandbox::strict);
  if (!options.core_directory.empty() && options.sandbox == Sandbox::strict) {
    throw UsageError{
        WrongOption{.name = "core_directory",
                    .value = options.core_directory.native(),
                    .reason = "workers in a strict sandbox write no files, and so no core dumps"}};
  }
  if (options.memory_limit && *options.memory_limit < limits::sandbox_memory_least) {
    throw UsageError{
        WrongOption{.name = "memory_limit",
                    .value = std::to_string(*options.memory_limit),
                    .reason = fmt::format("a worker itself needs {} bytes", limits::sandbox_memory_least)}};
  }
  if (options.processor_limit && options.processor_limit->count() <= 0) {
    throw UsageError{WrongOption{.name = "processor_limit",
                                 .value = fmt::format("{} ms", options.processor_limit->count()),
                                 .reason = "it must be positive"}};
  }
  if (options.descriptor_limit && *options.descriptor_limit < limits::sandbox_descriptors_least) {
    throw UsageError{
        WrongOption{.name = "descriptor_limit",
                    .value = std::to_string(*options.descriptor_limit),
                    .reason = fmt::format("a worker itself needs {}", limits::sandbox_descriptors_least)}};
  }
}

}  // namespace

sandbox::Plan plan_sandbox(const PoolOptions& options, const std::vector<std::filesystem::path>& plugins) {
  check(options);
  try {
    return sandbox::make_plan(
        {.level = options.sandbox,
         .memory_max = options.memory_limit,
         .descriptors_max = options.descriptor_limit.value_or(limits::sandbox_descriptors),
         .cores = !options.core_directory.empty(),
         .plugins = plugins,
         .readable = options.allow_read});
  } catch (const sandbox::NothingToRead& error) {
    throw UsageError{error.what()};
  } catch (const sandbox::Unavailable& error) {
    throw PoolBroken{
        fmt::format("the sandbox '{}' cannot be had: {}", name_of(options.sandbox), error.what())};
  }
}

}  // namespace prong::pool
