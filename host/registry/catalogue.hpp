// What a Registry shares among its copies and with its pools.
#pragma once

#include "registry/function_table.hpp"
#include "registry/plugin_path.hpp"

#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace prong::registry {

// [any thread]
class Catalogue {
 public:
  explicit Catalogue(std::vector<std::filesystem::path> folders) : plugin_path{std::move(folders)} {}
  const PluginPath plugin_path;

  // What is defined now.
  [[nodiscard]] std::shared_ptr<const FunctionTable> functions() const;

  // Throws UsageError; then nothing is defined.
  void define(DynamicFunction function);
  // Under the encoded `path` ("stats::square"); with `parameters` ("(double)") appended when that is the name
  // of another overload. Returns the name. Throws UsageError; then nothing is defined.
  std::string define_context(std::string_view path, std::string_view parameters, DynamicFunction mapper,
                             DynamicFunction result);

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const FunctionTable> functions_ =
      std::make_shared<FunctionTable>();  // replaced, not changed
};

}  // namespace prong::registry
