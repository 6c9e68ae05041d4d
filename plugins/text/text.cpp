// The module `text`: counts and searches lines, as wc and grep do.
//
//   prong run text.count -R < FILE                          lines, words and bytes of a file
//   prong map text.count_whole --files FILE…                the same of each of several files
//   prong map text.search -R --bind pattern=RE < FILE       each line that matches, null for the others
//   prong run text.search -r -R --bind pattern=RE < FILE    the matching lines
#include <prong/plugin.hpp>

#include <re2/re2.h>

namespace text {

struct Counts {
  std::uint64_t lines = 0;
  std::uint64_t words = 0;
  std::uint64_t bytes = 0;
};
PRONG_STRUCT(Counts, lines, words, bytes)

// Bytes, and not characters: what is not ASCII is part of a word. UTF-8 text has the words that wc finds in a
// UTF-8 locale, unless white space beyond ASCII parts them (a no-break space, say).
bool is_space(char c) { return c == ' ' || ('\t' <= c && c <= '\r'); }
bool is_control(char c) { return ('\0' <= c && c < ' ') || c == '\x7f'; }

Counts count_text(std::string_view text) {
  Counts counts{.lines = 0, .words = 0, .bytes = text.size()};
  bool in_word = false;
  for (const char c : text) {
    counts.lines += c == '\n';
    if (is_space(c)) {
      in_word = false;
    } else if (!in_word && !is_control(c)) {  // control characters alone make no word
      in_word = true;
      ++counts.words;
    }
  }
  return counts;
}

// The item is a line without its end, which is counted too: a file's counts are the sums over its lines.
// A last line that lacks its newline counts as if it had one.
Counts count(std::string_view line) {
  Counts counts = count_text(line);
  ++counts.lines;
  ++counts.bytes;
  return counts;
}

// The item is all of a file: what follows its last newline is no line, as in wc.
Counts count_whole(std::span<const std::byte> content) {
  return count_text({reinterpret_cast<const char*>(content.data()), content.size()});
}

Counts total(std::span<const Counts> all) {
  Counts sum;
  for (const Counts& counts : all) {
    sum.lines += counts.lines;
    sum.words += counts.words;
    sum.bytes += counts.bytes;
  }
  return sum;
}

class Search {
 public:
  explicit Search(const std::string& pattern) : expression_(pattern, RE2::Quiet) {
    if (!expression_.ok()) {
      throw std::invalid_argument("'" + pattern + "' is no regular expression: " + expression_.error());
    }
  }

  std::optional<std::string_view> operator()(std::string_view line) const {
    if (!RE2::PartialMatch(line, expression_)) return std::nullopt;
    return line;
  }

 private:
  RE2 expression_;
};

std::string found(const prong::Results<std::optional<std::string_view>>& lines) {
  std::string text;
  for (const std::optional<std::string_view> line : lines) {
    if (!line) continue;
    text += *line;
    text += '\n';
  }
  return text;
}

}  // namespace text

PRONG_MODULE(text, "Counts and searches lines of text", "1.1.0", "MIT")

PRONG_MAP_PURE(text, count, "Lines, words and bytes of a line, its newline included", line)
PRONG_RESULT(text, count, total, "Lines, words and bytes of all lines, as wc counts them")

PRONG_MAP_PURE(text, count_whole, "Lines, words and bytes of all of a file, as wc counts them", content)
PRONG_RESULT(text, count_whole, total, "The sums over all files")

PRONG_MAP_CLASS_PURE(text, search, Search(std::string),
                     "The line when the regular expression (RE2) matches a part of it, else null", line,
                     pattern)
PRONG_RESULT(text, search, found, "The matching lines, each with its newline")
