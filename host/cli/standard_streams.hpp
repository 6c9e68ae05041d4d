// Descriptors 0, 1 and 2 before anything else is opened.
#pragma once

namespace prong::cli {

// A process may be started with its standard streams closed. The next descriptor that it opens would take
// such a number, and results would be written into a socket of the pool. So each closed one gets a place
// holder that fails as the closed one would, with EBADF; except that complaints then vanish.
void hold_closed_streams() noexcept;

}  // namespace prong::cli
