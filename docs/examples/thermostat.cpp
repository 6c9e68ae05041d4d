// The module `thermostat`: how well a controller would heat a house, by simulation.
#include <prong/plugin.hpp>

#include <algorithm>
#include <cmath>
#include <tuple>

namespace thermostat {

// The mean distance to 20 °C, in kelvin, over ten hours that begin in a house of 10 °C. The controller heats
// in proportion to the distance and to its sum over time; the radiators follow it, `delay` minutes behind.
double error(std::tuple<double, double> gains, double delay) {
  const auto [proportional, integral] = gains;
  constexpr int minutes = 600;
  double room = 10;
  double thermometer = room;
  double radiators = 0;  // of their full power
  double sum = 0;
  double all = 0;
  for (int minute = 0; minute < minutes; ++minute) {
    sum = std::clamp(sum + (20 - thermometer) / 60, -10.0, 10.0);
    const double wanted = std::clamp(proportional * (20 - thermometer) + integral * sum, 0.0, 1.0);
    radiators += (wanted - radiators) / std::max(delay, 1.0);
    room += radiators * 0.3 - (room - 5) / 120;
    thermometer += (room - thermometer) / 10;
    all += std::abs(20 - room);
  }
  return all / minutes;
}

}  // namespace thermostat

PRONG_MODULE(thermostat, "How well a controller heats a house", "1.0.0", "MIT")
PRONG_MAP_PURE(thermostat, error, "Mean distance to 20 °C, in kelvin", gains, delay)
