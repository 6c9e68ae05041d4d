// dlopen by way of Boost.DLL, and the checks around it.
#include "worker/loaded_plugin.hpp"

#include "worker/library_check.hpp"

#include <boost/dll/shared_library.hpp>
#include <dlfcn.h>
#include <fmt/format.h>
#include <link.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <exception>
#include <map>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

namespace prong::worker {

namespace {

struct Loaded {
  boost::dll::shared_library library;
  transport::FileStamp stamp;
};

// Of this process; there is one thread that uses it. Leaked on purpose: unloading would run plugin code.
std::map<std::string, Loaded>& loaded_plugins() {
  static auto* plugins = new std::map<std::string, Loaded>;
  return *plugins;
}

std::optional<transport::FileStamp> stamp_of(const std::string& file) {
  struct stat status{};
  if (::stat(file.c_str(), &status) != 0) return std::nullopt;
  const auto nanoseconds = [](const timespec& time) {
    return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
  };
  return transport::FileStamp{.device = status.st_dev,
                              .inode = status.st_ino,
                              .size = static_cast<std::uint64_t>(status.st_size),
                              .mtime_ns = nanoseconds(status.st_mtim),
                              .ctime_ns = nanoseconds(status.st_ctim)};
}

RefusalText replaced(const std::string& file) {
  return {.code = "replaced",
          .required = fmt::format("the version of {} that was there when the call began", file),
          .found = "another version, or none",
          .fix = "repeat the call"};
}

// dlerror's text names the file, the missing soname or the undefined symbol.
RefusalText load_failure(const std::string& file) {
  const char* reason = ::dlerror();
  const std::string found = reason == nullptr ? "no reason given" : reason;
  const auto says = [&](std::string_view text) { return found.find(text) != std::string::npos; };
  // To protect what is not mapped, as only a broken file asks for, fails as a lack of memory does.
  const bool protects = says("memory protection") || says("segment writable");
  for (const int error : {EMFILE, ENFILE, ENOMEM}) {
    if (says(std::strerror(error)) && !(error == ENOMEM && protects)) return out_of_resources(found);
  }
  if (says("undefined symbol")) {
    return {"undefined-symbol", "a plugin whose symbols are all defined", found,
            "link the plugin with what defines the symbol (-Wl,-z,defs finds this when it is built)"};
  }
  if (says("cannot open shared object file") && !says(file)) {
    return {"missing-dependency", "every library that the plugin was linked with", found,
            "install the library, or give the plugin an RPATH to it"};
  }
  if (says("version `") && says("' not found")) {
    return {"missing-dependency", "every library as new as the one that the plugin was linked with", found,
            "install a newer version of the library, or build the plugin on this system"};
  }
  // The linker says no more than that something failed also when it has no memory to map the file, or a read
  // fails.
  const bool is_certain =
      says("file too short") || says("ELF") || says("dynamically load") || says("directory");
  if (found.starts_with('/') && !says(file)) {
    return {.code = "broken-dependency",
            .required = "every library that the plugin needs, and whole",
            .found = found,
            .fix = "build or install that library again",
            .may_pass = !is_certain};
  }
  return {.code = "not-loadable",
          .required = "a shared object that the dynamic linker accepts",
          .found = found,
          .fix = "build the plugin again",
          .may_pass = !is_certain};
}

RefusalText threw_on_load(std::string_view what) {
  return {.code = "crashed-on-load",
          .required = "a plugin whose constructors return",
          .found = fmt::format("one that threw: {}", what),
          .fix = "mend the constructors of its static objects"};
}

// A plain lookup also searches the plugin's dependencies, and finds `malloc` in every plugin.
bool defined_by(const boost::dll::shared_library& library, const void* symbol) {
  link_map* own = nullptr;
  if (::dlinfo(library.native(), RTLD_DI_LINKMAP, &own) != 0) return false;
  Dl_info info{};
  void* map = nullptr;
  return ::dladdr1(symbol, &info, &map, RTLD_DL_LINKMAP) != 0 && map == own;
}

std::variant<Loaded*, RefusalText> load_file(const transport::JobDescription& job) {
  auto& plugins = loaded_plugins();
  if (const auto known = plugins.find(job.file); known != plugins.end()) {
    if (known->second.stamp != job.stamp) return replaced(job.file);
    return &known->second;
  }
  if (stamp_of(job.file) != job.stamp) return replaced(job.file);
  if (auto broken = find_broken_library(job.file)) return std::move(*broken);
  std::error_code error;
  boost::dll::shared_library library;
  // An exception of a constructor ends the process, unless the unwinder finds a way through the dynamic
  // linker. That has then kept its locks: the worker is replaced, as after every refusal.
  try {
    library.load(job.file, boost::dll::load_mode::rtld_now | boost::dll::load_mode::rtld_local, error);
  } catch (const std::exception& thrown) {
    return threw_on_load(thrown.what());
  } catch (...) {
    return threw_on_load("an object that is no std::exception");
  }
  if (error) return load_failure(job.file);
  if (stamp_of(job.file) != job.stamp) return replaced(job.file);
  return &plugins.emplace(job.file, Loaded{std::move(library), job.stamp}).first->second;
}

std::variant<BatchFunction, RefusalText> load_function(const transport::JobDescription& job) {
  auto loaded = load_file(job);
  if (auto* refusal = std::get_if<RefusalText>(&loaded)) return std::move(*refusal);
  const auto& library = std::get<Loaded*>(loaded)->library;
  if (job.symbol.empty()) return BatchFunction{};
  if (library.has(job.symbol)) {
    auto& function = library.get<int32_t(const prong_batch*)>(job.symbol);
    if (defined_by(library, reinterpret_cast<const void*>(&function))) {
      return [&function](const prong_batch& batch) { return function(&batch); };
    }
  }
  return RefusalText{.code = "missing-symbol",
                     .required = fmt::format("the exported symbol {} of {}", job.symbol, job.function),
                     .found = "a note that describes the function, and no such symbol in the file",
                     .fix = "export the function (PRONG_MAP and prong_add_plugin do)"};
}

}  // namespace

std::variant<BatchFunction, RefusalText> find_function(const transport::JobDescription& job,
                                                       const FindDefined& find_defined) {
  if (!job.file.empty()) return load_function(job);
  const FunctionKind kind = job.kind == transport::JobKind::result ? FunctionKind::result : FunctionKind::map;
  const BatchFunction* function = find_defined ? find_defined(kind, job.function) : nullptr;
  if (function != nullptr) return *function;
  return RefusalText{.code = "missing-symbol",
                     .required = fmt::format("the function '{}' that the host defined", job.function),
                     .found = "a process that was not forked from the host, or too early",
                     .fix = "start the pool after the definition, by StartMethod::fork"};
}

}  // namespace prong::worker
