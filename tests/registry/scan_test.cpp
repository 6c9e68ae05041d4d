// Listing: every *.so, in order, with what is the matter with it.
#include "scratch_folder.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <string>
#include <variant>
#include <vector>

namespace fs = std::filesystem;
using namespace prong::registry;

namespace {

// "file module code" of each entry; "-" for what there is none of.
std::vector<std::string> listed(const PluginPath& path) {
  std::vector<std::string> lines;
  for (const Entry& entry : path.scan()) {
    const auto* refused = std::get_if<Refusal>(&entry.file);
    lines.push_back(entry.path.filename().native() + " " + (entry.module.empty() ? "-" : entry.module) + " " +
                    (refused != nullptr  ? refused->code
                     : entry.shadowed_by ? "shadowed"
                                         : "-"));
    if (refused == nullptr) CHECK(std::get<PluginFile>(entry.file).module == entry.module);
    if (refused == nullptr && !entry.shadowed_by) CHECK(found(path, entry.module) == entry.path);
  }
  return lines;
}

}  // namespace

TEST_CASE("good files beside bad ones") {
  const ScratchFolder scratch;
  for (const char* name : {"good.so", "acme-_-stats.so", "Upper.so", "note.txt", "good.so.1", "lib.so~"})
    scratch.file(name);
  for (const char* name : {"two words.so", "a-b.so", "a.b.so", ".so", "line\nbreak.so", "\xff.so", "1.so"})
    scratch.file(name);
  set_mode(scratch.file("open.so"), 0666);
  scratch.folder("folder.so");
  fs::create_symlink("nowhere", scratch.path() / "gone.so");
  fs::create_symlink("loop.so", scratch.path() / "loop.so");
  fs::create_symlink("/dev/zero", scratch.path() / "zero.so");
  REQUIRE(::mkfifo((scratch.path() / "fifo.so").c_str(), 0600) == 0);
  CHECK(listed(PluginPath({scratch.path()})) == std::vector<std::string>{
                                                    ".so - wrong-name",
                                                    "1.so - wrong-name",
                                                    "Upper.so Upper -",
                                                    "a-b.so - wrong-name",
                                                    "a.b.so - wrong-name",
                                                    "acme-_-stats.so acme.stats -",
                                                    "fifo.so fifo not-a-regular-file",
                                                    "folder.so folder not-a-regular-file",
                                                    "gone.so gone dangling-symlink",
                                                    "good.so good -",
                                                    "line\nbreak.so - wrong-name",
                                                    "loop.so loop symlink-loop",
                                                    "open.so open writable-by-others",
                                                    "two words.so - wrong-name",
                                                    "zero.so zero not-a-regular-file",
                                                    "\xff.so - wrong-name",
                                                });
}

TEST_CASE("folders in their order, missing ones silently, shadowed modules with what shadows them") {
  const ScratchFolder scratch;
  scratch.folder("a");
  scratch.folder("z");
  scratch.file("z/both.so");
  scratch.file("a/both.so");
  scratch.file("a/only.so");
  const PluginPath path({scratch.path() / "z", scratch.path() / "none", scratch.path() / "a"});
  CHECK(listed(path) ==
        std::vector<std::string>{"both.so both -", "both.so both shadowed", "only.so only -"});
  CHECK(path.scan()[1].shadowed_by == scratch.path() / "z/both.so");
}

TEST_CASE("a refused file shadows too, as it does for find") {
  const ScratchFolder scratch;
  scratch.folder("a");
  scratch.folder("b");
  set_mode(scratch.file("a/stats.so"), 0666);
  scratch.file("b/stats.so");
  const PluginPath path({scratch.path() / "a", scratch.path() / "b"});
  CHECK(listed(path) ==
        std::vector<std::string>{"stats.so stats writable-by-others", "stats.so stats shadowed"});
}

TEST_CASE("every file of an open folder is refused, with the folder's name") {
  const ScratchFolder scratch;
  scratch.folder("open");
  scratch.file("open/stats.so");
  set_mode(scratch.path() / "open", 0777);
  const auto entries = PluginPath({scratch.path() / "open"}).scan();
  REQUIRE(entries.size() == 1);
  CHECK(entries[0].module == "stats");
  const std::string message = std::get<Refusal>(entries[0].file).message();
  CHECK(message.find("the folder '" + (scratch.path() / "open").native() + "' is writable by everyone") !=
        std::string::npos);
}

TEST_CASE("nothing to list") {
  const ScratchFolder scratch;
  CHECK(PluginPath({}).scan().empty());
  CHECK(PluginPath({scratch.path()}).scan().empty());
  CHECK(PluginPath({scratch.file("a_file")}).scan().empty());
}
