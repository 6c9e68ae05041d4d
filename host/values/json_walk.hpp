// Walking through a parsed JSON text beside its type: what reading to raw and reading to MessagePack share.
// Internal to this folder, for simdjson's sake.
#pragma once

#include "values/fields_seen.hpp"
#include "values/mismatch.hpp"
#include "values/type.hpp"

#include <simdjson.h>

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace prong::values {

using JsonValue = simdjson::ondemand::value;
using MaybeMismatch = std::optional<Mismatch>;

[[nodiscard]] std::string_view trim_json(std::string_view text);

class JsonWalk {
 public:
  // `json` is the whole text that all values are part of.
  explicit JsonWalk(std::string_view json) : json_(json), text_(trim_json(json)) {}

  // The same without white space around it.
  [[nodiscard]] std::string_view text() const { return text_; }

  // The scalar, or the opening quote, bracket or brace and what follows; no white space at its end.
  [[nodiscard]] static std::string_view token(JsonValue& value) { return trim_json(value.raw_json_token()); }

  // `token` is a part of the text that is not of this type.
  [[nodiscard]] Mismatch wrong(const Type& type, std::string_view token) const;
  // Says where the text stops being JSON.
  [[nodiscard]] Mismatch broken(simdjson::error_code error) const;
  // Of the string whose quote is at `quote`, in the text.
  [[nodiscard]] Mismatch broken_string(const char* quote, simdjson::error_code error) const;

  // each(index, value) -> MaybeMismatch, which ends the walk.
  template <class Each>
  [[nodiscard]] MaybeMismatch elements(const Type& type, JsonValue& value, Each&& each) const {
    if (token(value).front() != '[') return wrong(type, token(value));
    simdjson::ondemand::array array;
    if (const auto error = value.get_array().get(array)) return broken(error);
    std::size_t index = 0;
    for (auto element : array) {
      JsonValue inner;
      if (const auto error = element.get(inner)) return broken(error);
      if (MaybeMismatch mismatch = each(index, inner)) {
        mismatch->move_below(index);
        return mismatch;
      }
      ++index;
    }
    return {};
  }

  // each(key, value) -> MaybeMismatch, which ends the walk. The key is valid as long as the text's parser.
  template <class Each>
  [[nodiscard]] MaybeMismatch members(const Type& type, JsonValue& value, Each&& each) const {
    if (token(value).front() != '{') return wrong(type, token(value));
    simdjson::ondemand::object object;
    if (const auto error = value.get_object().get(object)) return broken(error);
    for (auto member : object) {
      std::string_view key;
      JsonValue inner;
      simdjson::ondemand::raw_json_string written;
      if (const auto error = member.key().get(written)) return broken(error);
      if (const auto error = member.unescaped_key().get(key)) return broken_string(written.raw() - 1, error);
      if (const auto error = member.value().get(inner)) return broken(error);
      if (MaybeMismatch mismatch = each(key, inner)) {
        mismatch->move_below(key);
        return mismatch;
      }
    }
    return {};
  }

  // each(index, value) for exactly the elements of the tuple.
  template <class Each>
  [[nodiscard]] MaybeMismatch tuple(const Type& type, JsonValue& value, Each&& each) const {
    std::size_t count = 0;
    auto mismatch = elements(type, value, [&](std::size_t index, JsonValue& inner) -> MaybeMismatch {
      count = index + 1;
      if (index >= type.children().size()) return {};
      return each(index, inner);
    });
    if (!mismatch && count != type.children().size()) return wrong_count(type, count);
    return mismatch;
  }

  // each(index, value) for exactly the fields of the structure, in the order of the text.
  template <class Each>
  [[nodiscard]] MaybeMismatch fields(const Type& type, JsonValue& value, Each&& each) const {
    FieldsSeen seen(type);
    MaybeMismatch unfit;
    auto mismatch = members(type, value, [&](std::string_view key, JsonValue& inner) -> MaybeMismatch {
      if (unfit) return {};
      const std::size_t index = seen.find(key);
      if (index < type.children().size() && !seen.mark(index)) return each(index, inner);
      unfit =
          unfit_field(type, key, index < type.children().size() ? "twice the field" : "the unknown field");
      return {};
    });
    if (mismatch) return mismatch;
    if (unfit) return unfit;
    if (const auto missing = seen.find_missing()) return unfit_field(type, *missing, "no field");
    return {};
  }

 private:
  [[nodiscard]] static Mismatch wrong_count(const Type& type, std::size_t count);
  [[nodiscard]] std::string place_of(std::size_t at) const;

  std::string_view json_;
  std::string_view text_;
};

}  // namespace prong::values
