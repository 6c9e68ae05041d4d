// Definitions: a table is copied, changed and put in the place of the one before, whose readers keep it.
#include "registry/catalogue.hpp"

#include "names/encoding.hpp"

namespace prong::registry {

namespace {

std::string dotted(std::string_view path) {
  std::string text{path};
  for (std::size_t at = 0; (at = text.find("::", at)) != std::string::npos;)
    text.replace(at, 2, ".");
  return text;
}

}  // namespace

std::shared_ptr<const FunctionTable> Catalogue::functions() const {
  const std::lock_guard lock{mutex_};
  return functions_;
}

void Catalogue::define(DynamicFunction function) {
  const std::lock_guard lock{mutex_};
  auto next = std::make_shared<FunctionTable>(*functions_);
  next->add(std::move(function));
  functions_ = std::move(next);
}

std::string Catalogue::define_context(std::string_view path, std::string_view parameters,
                                      DynamicFunction mapper, DynamicFunction result) {
  const std::string whole = dotted(path).append(parameters);
  std::string name = names::encode(dotted(path));
  const std::lock_guard lock{mutex_};
  auto next = std::make_shared<FunctionTable>(*functions_);
  const auto taken = next->contexts.find(name);
  if (taken != next->contexts.end() && taken->second != whole) name = names::encode(whole);
  mapper.info.name = result.info.name = name;
  next->add(std::move(mapper));
  next->add(std::move(result));
  next->contexts.emplace(name, whole);
  functions_ = std::move(next);
  return name;
}

}  // namespace prong::registry
