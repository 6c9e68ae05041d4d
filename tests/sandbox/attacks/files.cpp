// Attacks on files, and through what has a name in the file system.
#include "attack.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

namespace attacks {

namespace {

constexpr const char* own_file = "/tmp/prong-attack";
constexpr const char* secret = "/tmp/prong-attack-prey";  // the user's, and nobody else's

long open_and_close(const char* path, int flags) {
  const int file = ::open(path, flags | O_CLOEXEC, 0600);
  if (file >= 0) ::close(file);
  return file;
}

long read_secret(const Victim&) { return open_and_close(secret, O_RDONLY); }
long list_root(const Victim&) { return open_and_close("/", O_RDONLY | O_DIRECTORY); }
long write_temporary(const Victim&) {
  const long file = open_and_close(own_file, O_CREAT | O_WRONLY);
  if (file >= 0) ::unlink(own_file);
  return file;
}
long make_folder(const Victim&) {
  const int made = ::mkdir(own_file, 0700);
  if (made == 0) ::rmdir(own_file);
  return made;
}
long link_secret(const Victim&) {
  const int made = ::symlink(secret, own_file);
  if (made == 0) ::unlink(own_file);
  return made;
}
long remove_file(const Victim&) { return ::unlink(secret); }
long rename_file(const Victim&) { return ::rename(secret, own_file); }
long truncate_file(const Victim&) { return ::truncate(secret, 0); }
long change_mode(const Victim&) { return ::chmod(secret, 0777); }
long read_environment_of_host(const Victim& victim) {
  char path[64];
  std::snprintf(path, sizeof path, "/proc/%d/environ", victim.host);
  return open_and_close(path, O_RDONLY);
}
// Metadata is no secret: a walk along a path needs it.
long look_at_secret(const Victim&) {
  struct stat status{};
  return ::stat(secret, &status);
}
long change_root(const Victim&) { return ::chroot("/tmp"); }
long shared_memory(const Victim&) { return open_and_close("/dev/shm/prong-attack", O_CREAT | O_RDWR); }
// Mapped to be shared, it is memory that no limit counts.
long map_zeros(const Victim&) {
  const int zeros = ::open("/dev/zero", O_RDWR | O_CLOEXEC);
  if (zeros < 0) return -1;
  const void* memory = ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, zeros, 0);
  ::close(zeros);
  return memory == MAP_FAILED ? -1 : 0;
}
long old_shared_memory(const Victim&) {
  const int segment = ::shmget(IPC_PRIVATE, 4096, 0600);
  if (segment >= 0) ::shmctl(segment, IPC_RMID, nullptr);
  return segment;
}

long connect_to(int family, const sockaddr* address, socklen_t size) {
  const int socket = ::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket < 0) return -1;
  const int connected = ::connect(socket, address, size);
  ::close(socket);
  return connected;
}
long connect_by_tcp(const Victim& victim) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = ::htons(victim.port);
  address.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
  return connect_to(AF_INET, reinterpret_cast<const sockaddr*>(&address), sizeof address);
}
long connect_by_name(const Victim& victim) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;  // abstract: the name begins with a NUL
  const int size = std::snprintf(address.sun_path + 1, sizeof address.sun_path - 1, "prong-%d", victim.port);
  return connect_to(
      AF_UNIX, reinterpret_cast<const sockaddr*>(&address),
      static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + static_cast<unsigned>(size)));
}
long listen_by_tcp(const Victim&) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket < 0) return -1;
  const int listening = ::listen(socket, 1);
  ::close(socket);
  return listening;
}
long raw_socket(const Victim&) { return ::socket(AF_PACKET, SOCK_RAW, 0); }
long ask_kernel_by_socket(const Victim&) { return ::socket(AF_NETLINK, SOCK_RAW, 0); }
long pair_of_sockets(const Victim&) {
  int ends[2];
  return ::socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
}

constexpr Attack all[] = {{"read_secret", read_secret},
                          {"list_root", list_root},
                          {"look_at_secret", look_at_secret},
                          {"write_temporary", write_temporary},
                          {"make_folder", make_folder},
                          {"link_secret", link_secret},
                          {"remove_file", remove_file},
                          {"rename_file", rename_file},
                          {"truncate_file", truncate_file},
                          {"change_mode", change_mode},
                          {"read_environment_of_host", read_environment_of_host},
                          {"change_root", change_root},
                          {"shared_memory", shared_memory},
                          {"map_zeros", map_zeros},
                          {"old_shared_memory", old_shared_memory},
                          {"connect_by_tcp", connect_by_tcp},
                          {"connect_by_name", connect_by_name},
                          {"listen_by_tcp", listen_by_tcp},
                          {"raw_socket", raw_socket},
                          {"ask_kernel_by_socket", ask_kernel_by_socket},
                          {"pair_of_sockets", pair_of_sockets}};

}  // namespace

const std::span<const Attack> on_files{all};

}  // namespace attacks
