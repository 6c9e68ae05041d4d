// The plugin path that the environment gives.
#include "registry/plugin_path.hpp"

#include <doctest/doctest.h>
#include <stdlib.h>

#include <filesystem>
#include <string>
#include <vector>

namespace fs = std::filesystem;
using prong::registry::default_plugin_path;

namespace {

// Sets a variable, or removes it, until the end of the scope.
class Variable {
 public:
  Variable(const char* name, const char* value) : name_(name) {
    if (const char* before = ::getenv(name)) before_ = before;
    value != nullptr ? ::setenv(name, value, 1) : ::unsetenv(name);
  }
  ~Variable() { before_ ? ::setenv(name_, before_->c_str(), 1) : ::unsetenv(name_); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const char* name_;
  std::optional<std::string> before_;
};

struct Row {
  const char* plugin_path;
  const char* data_home;
  const char* home;
  const char* beside;
  std::vector<fs::path> folders;
};

}  // namespace

TEST_CASE("the environment and the library give the plugin path") {
  const std::vector<Row> rows = {
      {"/a:/b", "/data", "/home/me", "/lib/p", {"/a", "/b", "/data/prong/plugins", "/lib/p"}},
      {nullptr, nullptr, "/home/me", "/lib/p", {"/home/me/.local/share/prong/plugins", "/lib/p"}},
      {"", "", "/home/me", "", {"/home/me/.local/share/prong/plugins"}},
      {"::/a::b:", nullptr, nullptr, "", {"/a", "b"}},
      {":", "relative", "relative", "", {}},
      {nullptr, "relative", "/home/me", "", {"/home/me/.local/share/prong/plugins"}},
      {nullptr, nullptr, "", "/lib/p", {"/lib/p"}},
  };
  for (const Row& row : rows) {
    const Variable plugin_path("PRONG_PLUGIN_PATH", row.plugin_path),
        data_home("XDG_DATA_HOME", row.data_home), home("HOME", row.home);
    CHECK(default_plugin_path(row.beside) == row.folders);
  }
}
