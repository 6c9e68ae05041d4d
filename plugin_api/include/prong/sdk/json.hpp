// Writes JSON at compile time: once without memory to learn its size, once for real.
#pragma once

#include <cstddef>
#include <string_view>

namespace prong::sdk {

class Json {
 public:
  constexpr explicit Json(char* to = nullptr) : to_(to) {}

  [[nodiscard]] constexpr std::size_t size() const { return size_; }

  // Punctuation and whatever else is JSON already.
  constexpr Json& raw(std::string_view text) {
    for (const char c : text)
      put(c);
    return *this;
  }

  constexpr Json& boolean(bool value) { return raw(value ? "true" : "false"); }

  constexpr Json& string(std::string_view text) {
    put('"');
    for (const char c : text)
      escaped(c);
    put('"');
    return *this;
  }

  // `acme::stats` and `square` as "acme.stats.square"; no name: "acme.stats".
  constexpr Json& qualified(std::string_view module, std::string_view name = {}) {
    put('"');
    for (std::size_t i = 0; i < module.size(); ++i) {
      if (module.substr(i).starts_with("::")) {
        put('.');
        ++i;
      } else if (module[i] != ' ') {
        put(module[i]);
      }
    }
    if (!name.empty()) put('.');
    return raw(name).raw("\"");
  }

 private:
  constexpr void put(char c) {
    if (to_) to_[size_] = c;
    ++size_;
  }

  constexpr void escaped(char c) {
    constexpr std::string_view hex = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      put('\\');
      put(c);
    } else if (byte < 0x20) {
      raw("\\u00");
      put(hex[byte >> 4]);
      put(hex[byte & 15]);
    } else {
      put(c);
    }
  }

  char* to_;
  std::size_t size_ = 0;
};

}  // namespace prong::sdk
