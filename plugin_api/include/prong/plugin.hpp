// The plugin SDK: write ordinary C++ functions, add one macro line for each, build with prong_add_plugin.
//
//   #include <prong/plugin.hpp>
//   namespace stats { double square(double x) { return x * x; }
//                     std::string report(std::span<const double> all); }
//   PRONG_MODULE(stats, "Squares and sums", "1.0.0", "MIT")
//   PRONG_MAP(stats, square, "x squared", x)
//   PRONG_RESULT(stats, square, report, "what came")
//
// The lines stand in the global namespace, after the functions. A module may be nested:
// PRONG_MODULE(acme::stats, …) is `acme.stats`, in the file acme-_-stats.so. Parameters and results are the
// types of <prong/types.hpp>, taken by value or const reference; views (std::string_view, std::span) last
// until the function returns. What a function throws fails the item that threw, and no other.
// prong::current_call() tells a function where it is.
#pragma once

#include <prong/sdk/describe.hpp>

// Describes the plugin: one line in one of its source files.
#define PRONG_MODULE(path, description, version, license)                        \
  namespace mapfn::path {                                                        \
  const void* prong_module();                                                    \
  const void* prong_module() {                                                   \
    static constexpr auto describe = [](::prong::sdk::Json& json) {              \
      ::prong::sdk::describe_module(json, #path, description, version, license); \
    };                                                                           \
    PRONG_NOTE static constexpr auto note = ::prong::sdk::make_note(describe);   \
    return &note;                                                                \
  }                                                                              \
  }

// Exports path::function as a map function, called once per item. All its parameters' names follow.
#define PRONG_MAP(path, function, doc, ...) \
  PRONG_EXPORT(mapfn, "map", MapFunction, run_map, #path, path, function, function, false, doc, #__VA_ARGS__)

// The same for a function whose result depends on its arguments alone and that does nothing else. It may be
// run again after a crash, items run in blocks, and a simple body is vectorised.
#define PRONG_MAP_PURE(path, function, doc, ...) \
  PRONG_EXPORT(mapfn, "map", MapFunction, run_map, #path, path, function, function, true, doc, #__VA_ARGS__)

// Exports path::function as the result function of the map function path::name: called once, with all results
// as std::span<const T>. When it has more parameters, these are bound, and all its parameters' names follow.
#define PRONG_RESULT(path, name, function, doc, ...)                                                    \
  PRONG_EXPORT(resultfn, "result", ResultFunction, run_result, #path, path, name, function, false, doc, \
               #__VA_ARGS__)

#define PRONG_EXPORT(root, kind, Kind, run, path_text, path, name_, function, pure, doc_, names_) \
  namespace root::path {                                                                          \
  __attribute__((visibility("default"))) ::std::int32_t name_(const ::prong_batch*);              \
  ::std::int32_t name_(const ::prong_batch* batch) {                                              \
    static_assert(::prong::sdk::is_global(__PRETTY_FUNCTION__, #root "::"),                       \
                  "prong: PRONG_MAP and PRONG_RESULT lines stand in the global namespace");       \
    struct Export {                                                                               \
      static constexpr ::std::string_view module() { return path_text; }                          \
      static constexpr ::std::string_view name() { return #name_; }                               \
      static constexpr ::std::string_view names() { return names_; }                              \
      static constexpr ::std::string_view doc() { return doc_; }                                  \
      static constexpr bool is_pure() { return pure; }                                            \
    };                                                                                            \
    static constexpr auto source = [](auto take)                                                  \
      requires requires { take(&::path::function); }                                              \
    { return take(&::path::function); };                                                          \
    using Source = ::std::remove_const_t<decltype(source)>;                                       \
    static constexpr auto describe = [](::prong::sdk::Json& json) {                               \
      ::prong::sdk::describe_function<Export, ::prong::sdk::Kind<Export, Source>>(json, kind);    \
    };                                                                                            \
    PRONG_NOTE static constexpr auto note = ::prong::sdk::make_note(describe);                    \
    return ::prong::sdk::run<Export, Source>(*batch);                                             \
  }                                                                                               \
  }
