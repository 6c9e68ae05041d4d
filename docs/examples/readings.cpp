// The module `readings`: a vendor's library as a plugin. Nothing here guards against its faults.
#include <prong/plugin.hpp>

#include <readings.h>

#include <stdexcept>
#include <string>

namespace readings {

double mean(const std::string& line, const std::string& lock_file) {
  readings_begin(lock_file.c_str());
  double mean = 0;
  const int error = readings_mean(line.c_str(), &mean);
  if (error != 0) throw std::runtime_error("the library's error " + std::to_string(error));
  return mean;
}

}  // namespace readings

PRONG_MODULE(readings, "A vendor's library", "1.0.0", "MIT")
PRONG_MAP(readings, mean, "The mean of a line of readings", line, lock_file)
