// From a C++ exception to a failed item.
#pragma once

#include <prong/plugin.h>

#include <cxxabi.h>

#include <array>
#include <cstdlib>
#include <exception>
#include <memory>
#include <string_view>
#include <typeinfo>

namespace prong::sdk {

// The sentence of a failure, cut where its room ends. Allocates nothing: the exception may be std::bad_alloc.
class Sentence {
 public:
  void append(std::string_view text) { size_ += text.copy(chars_.data() + size_, chars_.size() - size_); }
  [[nodiscard]] prong_view view() const { return {chars_.data(), size_}; }

 private:
  std::array<char, 2000> chars_;
  std::size_t size_ = 0;
};

// The name of the type of the exception that is being handled, as in source code.
class ExceptionName {
 public:
  ExceptionName() {
    const std::type_info* type = abi::__cxa_current_exception_type();
    if (!type) return;  // thrown by another language
    mangled_ = type->name();
    demangled_.reset(abi::__cxa_demangle(mangled_, nullptr, nullptr, nullptr));
  }
  [[nodiscard]] std::string_view view() const {
    std::string_view name = demangled_ ? demangled_.get() : mangled_;
    // What std::throw_with_nested wraps an exception in; the author threw what is inside.
    constexpr std::string_view wrapper = "std::_Nested_exception<";
    if (name.starts_with(wrapper)) name = name.substr(wrapper.size(), name.size() - wrapper.size() - 1);
    return name;
  }

 private:
  struct Free {
    void operator()(char* name) const { std::free(name); }
  };
  const char* mangled_ = "a foreign exception";
  std::unique_ptr<char, Free> demangled_;
};

// "outer: inner: …" of the exception that is being handled and those nested in it.
inline void append_current_exception(Sentence& to, unsigned depth = 0) {
  constexpr unsigned depth_max = 16;  // bounds the stack
  try {
    throw;
  } catch (const abi::__forced_unwind&) {
    throw;
  } catch (const std::exception& error) {
    const char* what = error.what();  // noexcept in every derived class
    to.append(what ? what : "");
    if (depth == depth_max) return;
    try {
      std::rethrow_if_nested(error);
    } catch (const abi::__forced_unwind&) {
      throw;
    } catch (...) {
      to.append(": ");
      append_current_exception(to, depth + 1);
    }
  } catch (...) {
    if (depth == 0) {
      to.append("thrown, and not a std::exception");
    } else {
      to.append(ExceptionName{}.view());
    }
  }
}

// Ends items [first, first + count) as failures, with the exception that is being handled.
[[gnu::cold, gnu::noinline]] inline void fail_with_current_exception(const prong_batch& batch,
                                                                     std::uint64_t first,
                                                                     std::uint64_t count) {
  const ExceptionName name;
  Sentence what;
  append_current_exception(what);
  const prong_failure failure{
      sizeof(prong_failure), 0, {name.view().data(), name.view().size()}, what.view()};
  for (std::uint64_t item = first; item < first + count; ++item)
    batch.fail(&batch, item, &failure);
}

}  // namespace prong::sdk
