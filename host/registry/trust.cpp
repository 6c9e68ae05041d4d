// The walk along a path, and the checks of what lies on it.
#include "registry/trust.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace prong::registry {
namespace {

namespace fs = std::filesystem;

constexpr unsigned symlinks_max = 40;  // MAXSYMLINKS of Linux

struct Descriptor {
  int number;
  ~Descriptor() {
    if (number >= 0) ::close(number);
  }
};

std::string_view kind_of(mode_t mode) {
  switch (mode & S_IFMT) {
    case S_IFDIR:
      return "a folder";
    case S_IFIFO:
      return "a FIFO";
    case S_IFSOCK:
      return "a socket";
    case S_IFCHR:
      return "a character device";
    case S_IFBLK:
      return "a block device";
    default:
      return "no regular file";
  }
}

bool is_absent(int error) { return error == ENOENT || error == ENOTDIR || error == ENAMETOOLONG; }

std::string why(int error) { return std::generic_category().message(error); }

// One walk from the root to what a path leads to. The walk goes on until there is a result.
class Walk {
 public:
  explicit Walk(fs::path path) : path_(std::move(path)) { push_names(path_); }

  Examined run() {
    while (!result_ && !names_.empty())
      take_step();
    if (!result_) refuse_kind(S_IFDIR);
    return std::move(*result_);
  }

 private:
  void take_step() {
    const std::string name = std::exchange(names_.back(), {});
    names_.pop_back();
    if (name.empty() || name == ".") return;
    if (name == "..") {
      folder_ = folder_.parent_path();
      return;
    }
    check_folder();
    if (!result_) look_up(folder_ / name);
  }

  void look_up(const fs::path& place) {
    struct stat status{};
    if (::lstat(place.c_str(), &status) != 0) return fail_look_up(place, errno);
    if (S_ISLNK(status.st_mode)) return follow(place, status);
    if (S_ISDIR(status.st_mode)) {
      folder_ = place;
    } else if (names_.empty()) {
      check_file(place, status);
    } else {
      result_ = Absent{};
    }
  }

  void fail_look_up(const fs::path& place, int error) {
    if (!is_absent(error)) {
      refuse_unreadable(error, "a folder that the user may search",
                        fmt::format("'{}': {}", place.native(), why(error)),
                        fmt::format("chmod u+x '{}'", folder_.native()));
    } else if (file_is_symlink_) {
      refuse("dangling-symlink", "a symbolic link to a file",
             fmt::format("a link to '{}', which does not exist", place.native()),
             "remove the link, or make it point to the plugin");
    } else {
      result_ = Absent{};
    }
  }

  void follow(const fs::path& link, const struct stat& status) {
    if (++symlinks_ > symlinks_max) {
      return refuse("symlink-loop", fmt::format("at most {} symbolic links on the way", symlinks_max),
                    "symbolic links that lead in a circle", "remove the link");
    }
    check_owner(link, status, "the symbolic link ");
    std::error_code error;
    const fs::path target = fs::read_symlink(link, error);
    if (error && !result_) return fail_look_up(link, error.value());
    file_is_symlink_ = file_is_symlink_ || names_.empty();
    if (target.is_absolute()) folder_ = "/";
    push_names(target);
  }

  // The last folder of all holds the file, or the symbolic link to it; the others are on the way.
  void check_folder() {
    struct stat status{};
    if (::stat(folder_.c_str(), &status) != 0) return fail_look_up(folder_, errno);
    check_owner(folder_, status, "the folder ");
    const bool sticky = (status.st_mode & S_ISVTX) != 0 && status.st_uid == 0;
    if (!sticky || names_.empty()) check_writers(folder_, status, "the folder ");
  }

  void check_file(const fs::path& place, const struct stat& seen) {
    // Opening a device may do something; opening a FIFO that has no writer would block without O_NONBLOCK.
    if (!S_ISREG(seen.st_mode)) return refuse_kind(seen.st_mode);
    const Descriptor file{::open(place.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW)};
    struct stat status{};
    if (file.number < 0 || ::fstat(file.number, &status) != 0) {
      return refuse_unreadable(errno, "a file that the user may read", why(errno),
                               fmt::format("chmod u+r '{}'", place.native()));
    }
    if (!S_ISREG(status.st_mode)) return refuse_kind(status.st_mode);
    check_owner(place, status, place == path_ ? "" : "its target ");
    check_writers(place, status, place == path_ ? "" : "its target ");
    if (!result_) result_ = identity_of(status);
  }

  void check_owner(const fs::path& place, const struct stat& status, std::string_view what) {
    if (status.st_uid == 0 || status.st_uid == ::geteuid()) return;
    refuse("not-owned", fmt::format("root or the user (uid {}) as owner", ::geteuid()),
           describe(place, what, fmt::format("is owned by uid {}", status.st_uid)),
           fmt::format("chown {}{} '{}'", S_ISLNK(status.st_mode) ? "-h " : "", ::geteuid(), place.native()));
  }

  void check_writers(const fs::path& place, const struct stat& status, std::string_view what) {
    if ((status.st_mode & (S_IWGRP | S_IWOTH)) == 0) return;
    const std::string_view who = (status.st_mode & S_IWOTH) != 0 ? "everyone" : "its group";
    refuse("writable-by-others", "only root and the user may write it",
           describe(place, what, fmt::format("is writable by {} (mode {:04o})", who, status.st_mode & 07777)),
           fmt::format("chmod go-w '{}'", place.native()));
  }

  static std::string describe(const fs::path& place, std::string_view what, std::string_view fault) {
    return what.empty() ? std::string(fault) : fmt::format("{}'{}' {}", what, place.native(), fault);
  }

  void refuse_kind(mode_t mode) {
    refuse("not-a-regular-file", "a regular file", std::string(kind_of(mode)),
           "remove it, or put the plugin in its place");
  }

  void refuse_unreadable(int error, std::string required, std::string found, std::string fix) {
    if (result_) return;
    result_ = unreadable(path_, error,
                         {.code = {},
                          .file = {},
                          .required = std::move(required),
                          .found = std::move(found),
                          .fix = std::move(fix)});
  }

  void refuse(std::string code, std::string required, std::string found, std::string fix) {
    if (result_) return;
    result_ = Refusal{std::move(code), path_, std::move(required), std::move(found), std::move(fix)};
  }

  void push_names(const fs::path& path) {
    const std::vector<fs::path> names(path.begin(), path.end());
    for (auto name = names.rbegin(); name != names.rend(); ++name) {
      if (name->native() != "/") names_.push_back(name->native());
    }
  }

  fs::path path_;
  fs::path folder_ = "/";           // where the next name is looked up; holds no symbolic link
  std::vector<std::string> names_;  // still to look up, the next one last
  unsigned symlinks_ = 0;
  bool file_is_symlink_ = false;
  std::optional<Examined> result_;
};

}  // namespace

Examined examine(const fs::path& path) { return Walk(path).run(); }

}  // namespace prong::registry
