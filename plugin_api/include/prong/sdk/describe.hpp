// What the notes say, and what every macro line has in common.
#pragma once

#include <prong/sdk/map.hpp>
#include <prong/sdk/note.hpp>
#include <prong/sdk/prepared.hpp>
#include <prong/sdk/result.hpp>

namespace prong::sdk {

// `pretty` is __PRETTY_FUNCTION__ of an export: "int32_t mapfn::stats::square(const prong_batch*)".
[[nodiscard]] consteval bool is_global(std::string_view pretty, std::string_view root) {
  const std::size_t at = pretty.find(root);
  return at == 0 || (at != std::string_view::npos && pretty[at - 1] == ' ');
}

template <class... Parameters>
constexpr void describe_parameters(Json& json, std::string_view names, std::tuple<Parameters...>* /*types*/) {
  std::size_t index = 0;
  const auto describe = [&](std::string_view type) {
    const std::string_view name = names.empty() ? "results" : nth_name(names, index);
    json.raw(index++ == 0 ? "{\"name\":" : ",{\"name\":").string(name);
    json.raw(",\"type\":").string(type).raw("}");
  };
  (describe(signature_v<Parameters>), ...);
}

template <class Export, class F>
constexpr void describe_function(Json& json, std::string_view kind) {
  json.raw(abi_json).raw(",\"kind\":").string(kind);
  if constexpr (F::check()) {
    using Parameters = typename F::Parameters;
    json.raw(",\"function\":").qualified(Export::module(), Export::name()).raw(",\"params\":[");
    describe_parameters(json, Export::names(), static_cast<Parameters*>(nullptr));
    json.raw("],\"result\":").string(signature_v<typename F::Result>);
    json.raw(",\"pure\":").boolean(Export::is_pure()).raw(",\"state\":").boolean(F::has_state);
    json.raw(",\"doc\":").string(Export::doc());
  }
  json.raw("}");
}

constexpr void describe_module(Json& json, std::string_view module, std::string_view description,
                               std::string_view version, std::string_view license) {
  json.raw(abi_json).raw(",\"kind\":\"module\",\"module\":").qualified(module);
  json.raw(",\"description\":").string(description).raw(",\"version\":").string(version);
  json.raw(",\"license\":").string(license).raw("}");
}

}  // namespace prong::sdk
