// Where functions come from: the folders that plugins are searched in, and what the program itself defines.
#pragma once

#include <prong/dynamic_function.hpp>
#include <prong/export.hpp>
#include <prong/named_function.hpp>

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace prong {

namespace registry {
class Catalogue;
}

struct RegistryOptions {
  // Searched first, in this order. Relative folders are taken from the current directory at construction.
  std::vector<std::filesystem::path> plugin_path = {};
  // Then PRONG_PLUGIN_PATH, $XDG_DATA_HOME/prong/plugins and lib/prong/plugins beside libprong.
  bool default_path = true;
};

struct DefineOptions {
  // The parameters' names, by which arguments are bound. None: item (of a result function: results),
  // argument2, argument3, …
  std::vector<std::string> parameters = {};
  std::string doc = {};
  // Of a map function: its result depends on its arguments alone, and it does nothing else. Then it may be
  // run again after a crash, and a simple one is vectorised, as PRONG_MAP_PURE says.
  bool pure = false;
};

// A value that names a set of functions; copies share it. [host] [any thread]
//
// The functions that it defines are the program's own: any callables, also closures over data that was built
// before the pool. Workers have them because they are forked from the process that starts the pool
// (StartMethod::fork), and read the data where it is. So a pool has what was defined before it started; what
// is defined later, or in a pool that was started otherwise, is the error "cannot find" there. What a
// callable changes, it changes in its worker's copy, from call to call. Memory of another pool (Results,
// SharedArray) is not in the workers.
//
// A name is printable UTF-8 without a dot: names with a dot are plugins'. Parameters and results are the
// types of <prong/types.hpp>, by value or const reference; prong::current_call() tells a function where it
// is. What define() and its relatives throw is UsageError, for a name that is none or is taken, and for names
// of parameters that are none or too few; then nothing is defined.
class PRONG_API Registry {
 public:
  explicit Registry(RegistryOptions options = {});

  // The folders in the order of the search; a folder need not exist.
  [[nodiscard]] const std::vector<std::filesystem::path>& plugin_path() const noexcept;

  // A map function, called once per item: functions.define("triple", [k](double x) { return k * x; }).
  template <class F>
  void define(std::string name, F&& callable, DefineOptions options = {});

  // The result function of the map function of that name: called once, with all results as std::span<const T>
  // or prong::AllResults<T>.
  template <class F>
  void define_result(std::string name, F&& callable, DefineOptions options = {});

  // Defines make_mapper(f) and make_result(f), for `f` = prong::function<&stats::square>, as the map function
  // and the result function of one name, and returns that name: the function's path, encoded as a plugin's
  // file name is ("stats-_-square"). Another overload of the same path has its parameters appended,
  // "stats-_-square(float)".
  template <auto pointer, class Pointer, class MakeMapper, class MakeResult>
  std::string make_context_functions(NamedFunction<pointer, Pointer> named, MakeMapper&& make_mapper,
                                     MakeResult&& make_result);

 private:
  friend class Pool;
  void add(DynamicFunction function);
  std::string add_context(std::string_view path, std::string_view parameters, DynamicFunction mapper,
                          DynamicFunction result);

  std::shared_ptr<registry::Catalogue> catalogue_;
};

namespace detail {
// Fills in what options say of a function whose parameters' types are known. Returns the parameters' names,
// with commas between them. Throws UsageError.
[[nodiscard]] PRONG_API std::string complete(FunctionInfo& function, DefineOptions options);
}  // namespace detail

}  // namespace prong

#include <prong/define.hpp>
