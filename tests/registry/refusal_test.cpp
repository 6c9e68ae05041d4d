// The one line that a refusal is for a reader.
#include "registry/refusal.hpp"

#include "registry/plugin_file.hpp"
#include "scratch_folder.hpp"

#include <doctest/doctest.h>

#include <string>
#include <unordered_set>
#include <variant>

using namespace prong::registry;

TEST_CASE("file, finding, requirement, fix and code in one line") {
  const Refusal refused{"not-owned", "/a/b.so", "root as owner", "is owned by uid 7", "chown 0 '/a/b.so'"};
  CHECK(refused.message() ==
        "/a/b.so: is owned by uid 7; required: root as owner; fix: chown 0 '/a/b.so' [not-owned]");
}

TEST_CASE("names of any bytes stay one line") {
  const ScratchFolder scratch;
  const auto file = scratch.file("a\n\x1b[31m\xff.so");
  const auto entries = PluginPath({scratch.path()}).scan();
  REQUIRE(entries.size() == 1);
  const std::string message = std::get<Refusal>(entries[0].file).message();
  CHECK(message.find("a\\x0a\\x1b[31m\\xff.so: ") != std::string::npos);
  CHECK(message.find('\n') == std::string::npos);
}

TEST_CASE("identities are compared as a whole, and hashed") {
  const FileIdentity identity{1, 2, 3, 4, 5};
  std::unordered_set<FileIdentity> identities = {identity, identity};
  for (const FileIdentity& other :
       {FileIdentity{0, 2, 3, 4, 5}, FileIdentity{1, 0, 3, 4, 5}, FileIdentity{1, 2, 0, 4, 5},
        FileIdentity{1, 2, 3, 0, 5}, FileIdentity{1, 2, 3, 4, 0}}) {
    CHECK(other != identity);
    identities.insert(other);
  }
  CHECK(identities.size() == 6);
}
