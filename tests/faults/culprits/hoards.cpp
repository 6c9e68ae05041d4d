// The module `hoards`: takes all that its worker may have, and keeps it.
#include <prong/plugin.hpp>

#include <fcntl.h>
#include <sys/resource.h>

namespace hoards {

// Until there is none left. Few are allowed first, so that this takes no time.
double descriptors(double few) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = static_cast<rlim_t>(few);
  ::setrlimit(RLIMIT_NOFILE, &limit);
  double opened = 0;
  while (::open("/dev/null", O_RDONLY | O_CLOEXEC) >= 0)
    ++opened;
  return opened;
}

}  // namespace hoards

PRONG_MODULE(hoards, "Takes all that its worker may have", "1.0.0", "MIT")
PRONG_MAP(hoards, descriptors, "opens files until that fails", few)
