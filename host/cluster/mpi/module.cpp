// Where the module is, and whether it is of this libprong.
#include "cluster/mpi/module.hpp"

#include <prong/error.hpp>

#include <dlfcn.h>
#include <fmt/format.h>

#include <filesystem>
#include <string_view>

namespace prong::cluster::mpi {

namespace {

namespace fs = std::filesystem;

// A path that begins in the current directory would be anybody's library.
fs::path module_file() {
  Dl_info info{};
  if (::dladdr(reinterpret_cast<const void*>(&open_module), &info) == 0) info.dli_fname = "";
  std::error_code error;
  const auto library = fs::canonical(info.dli_fname, error);
  if (error) throw Refused{"no-mpi", "cannot find the module for MPI: where libprong lies is unknown"};
  return library.parent_path() / "prong/engines/mpi.so";
}

[[noreturn]] void refuse(std::string_view what) {
  throw Refused{"no-mpi",
                fmt::format("there is no MPI for Prong: {}; install Open MPI and the package prong-mpi, or "
                            "build Prong where CMake finds MPI (Debian's libopenmpi-dev)",
                            what)};
}

}  // namespace

const prong_mpi_line& open_module() {
  const fs::path file = module_file();
  std::error_code ignored;
  if (!fs::exists(file, ignored)) refuse(fmt::format("{} is missing", file.native()));
  // Its symbols stay apart from the program's: the parts of Open MPI 4 name the libraries that they need.
  void* module = ::dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (module == nullptr) {
    const char* error = ::dlerror();
    refuse(error != nullptr ? error : file.c_str());
  }
  void* symbol = ::dlsym(module, PRONG_MPI_LINE_SYMBOL);
  const auto* line = symbol != nullptr ? reinterpret_cast<prong_mpi_line_function>(symbol)() : nullptr;
  if (line == nullptr || line->version != PRONG_MPI_LINE_VERSION)
    refuse(fmt::format("{} is of another version of Prong", file.native()));
  return *line;
}

}  // namespace prong::cluster::mpi
