// PRONG_FOR_EACH(macro, first, a, b): `macro(first, a), macro(first, b)`, for up to 256 names.
#pragma once

#define PRONG_FOR_EACH(macro, first, ...) \
  __VA_OPT__(PRONG_SCAN(PRONG_FOR_EACH_STEP(macro, first, __VA_ARGS__)))

// A macro does not expand inside itself: each step leaves its successor's name beside a `()`, and every
// further scan of the text expands one more.
#define PRONG_FOR_EACH_STEP(macro, first, name, ...) \
  macro(first, name) __VA_OPT__(, PRONG_FOR_EACH_AGAIN PRONG_PARENTHESES(macro, first, __VA_ARGS__))
#define PRONG_FOR_EACH_AGAIN() PRONG_FOR_EACH_STEP
#define PRONG_PARENTHESES ()

#define PRONG_SCAN(...) PRONG_SCAN_64(PRONG_SCAN_64(PRONG_SCAN_64(PRONG_SCAN_64(__VA_ARGS__))))
#define PRONG_SCAN_64(...) PRONG_SCAN_16(PRONG_SCAN_16(PRONG_SCAN_16(PRONG_SCAN_16(__VA_ARGS__))))
#define PRONG_SCAN_16(...) PRONG_SCAN_4(PRONG_SCAN_4(PRONG_SCAN_4(PRONG_SCAN_4(__VA_ARGS__))))
#define PRONG_SCAN_4(...) PRONG_SCAN_1(PRONG_SCAN_1(PRONG_SCAN_1(PRONG_SCAN_1(__VA_ARGS__))))
#define PRONG_SCAN_1(...) __VA_ARGS__
