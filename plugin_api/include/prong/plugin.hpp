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
//
// A module whose name means something else in the global namespace, as `time` does, has its functions in a
// namespace around it: with `#define PRONG_NAMESPACE mine` before the include, those of `time` are in
// mine::time.
#pragma once

#include <prong/sdk/describe.hpp>

#ifdef PRONG_API
#error "prong: a source is a plugin's, with <prong/plugin.hpp>, or a host's, with <prong/pool.hpp>, not both"
#endif

#ifdef PRONG_NAMESPACE
#define PRONG_WITHIN PRONG_NAMESPACE::
#else
#define PRONG_WITHIN
#endif

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
#define PRONG_MAP(path, function, doc, ...)                                                               \
  PRONG_EXPORT(mapfn, "map", MapFunction, run_map, PRONG_FUNCTION(path, function), #path, path, function, \
               false, doc, #__VA_ARGS__)

// The same for a function whose result depends on its arguments alone and that does nothing else. It may be
// run again after a crash, items run in blocks, and a simple body is vectorised.
#define PRONG_MAP_PURE(path, function, doc, ...)                                                          \
  PRONG_EXPORT(mapfn, "map", MapFunction, run_map, PRONG_FUNCTION(path, function), #path, path, function, \
               true, doc, #__VA_ARGS__)

// Exports a class of the module as the map function path::name, for what is worth preparing: a compiled
// expression, an opened model. `constructor` names the class and the types of a constructor's parameters, as
// Search(std::string, bool); for a class without any, Search or Search(). An object is made once per worker
// and job, of the bound arguments, and destroyed after the job; its operator() is called once per item. Views
// that the constructor takes are valid until it returns. What it throws fails all items at hand, and it is
// tried again for the next ones. The names are that of the item, then those of the constructor's parameters.
#define PRONG_MAP_CLASS(path, name, constructor, doc, ...)                                                \
  PRONG_CONSTRUCTOR_ALIAS(path, name, constructor)                                                        \
  PRONG_EXPORT(mapfn, "map", PreparedFunction, run_map, PRONG_CONSTRUCTOR(path, name), #path, path, name, \
               false, doc, #__VA_ARGS__)

// The same for a class whose operator() is pure as PRONG_MAP_PURE says.
#define PRONG_MAP_CLASS_PURE(path, name, constructor, doc, ...)                                           \
  PRONG_CONSTRUCTOR_ALIAS(path, name, constructor)                                                        \
  PRONG_EXPORT(mapfn, "map", PreparedFunction, run_map, PRONG_CONSTRUCTOR(path, name), #path, path, name, \
               true, doc, #__VA_ARGS__)

// Exports path::function as the result function of the map function path::name: called once, with all results
// as std::span<const T>, or as prong::Results<T>, which decodes them as they are read. When it has more
// parameters, these are bound, and all its parameters' names follow.
#define PRONG_RESULT(path, name, function, doc, ...)                                                        \
  PRONG_EXPORT(resultfn, "result", ResultFunction, run_result, PRONG_FUNCTION(path, function), #path, path, \
               name, false, doc, #__VA_ARGS__)

#define PRONG_FUNCTION(path, function)                          \
  static constexpr auto source = [](auto take)                  \
    requires requires { take(&::PRONG_WITHIN path::function); } \
  { return take(&::PRONG_WITHIN path::function); };             \
  using Source = ::std::remove_const_t<decltype(source)>

// In the module's namespace, so that the types are found there.
#define PRONG_CONSTRUCTOR_ALIAS(path, name, constructor) \
  namespace PRONG_WITHIN path {                          \
  using prong_constructor_of_##name = constructor;       \
  }
#define PRONG_CONSTRUCTOR(path, name) \
  using Source = ::std::type_identity<::PRONG_WITHIN path::prong_constructor_of_##name>

#define PRONG_EXPORT(root, kind, Kind, run, define_source, path_text, path, name_, pure, doc_, names_) \
  namespace root::path {                                                                               \
  __attribute__((visibility("default"))) ::std::int32_t name_(const ::prong_batch*);                   \
  ::std::int32_t name_(const ::prong_batch* batch) {                                                   \
    static_assert(::prong::sdk::is_global(__PRETTY_FUNCTION__, #root "::"),                            \
                  "prong: PRONG_MAP and PRONG_RESULT lines stand in the global namespace");            \
    struct Export {                                                                                    \
      static constexpr ::std::string_view module() { return path_text; }                               \
      static constexpr ::std::string_view name() { return #name_; }                                    \
      static constexpr ::std::string_view names() { return names_; }                                   \
      static constexpr ::std::string_view doc() { return doc_; }                                       \
      static constexpr bool is_pure() { return pure; }                                                 \
    };                                                                                                 \
    define_source;                                                                                     \
    using Function = ::prong::sdk::Kind<Export, Source>;                                               \
    static constexpr auto describe = [](::prong::sdk::Json& json) {                                    \
      ::prong::sdk::describe_function<Export, Function>(json, kind);                                   \
    };                                                                                                 \
    PRONG_NOTE static constexpr auto note = ::prong::sdk::make_note(describe);                         \
    return ::prong::sdk::run<Function>(*batch);                                                        \
  }                                                                                                    \
  }

namespace prong {

// The two names that hosts have too, for other classes.
using Call = sdk::Call;
template <class T>
using Results = sdk::Results<T>;

}  // namespace prong
