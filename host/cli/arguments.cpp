// One walk over the words.
#include "cli/arguments.hpp"

#include "cli/exit_status.hpp"
#include "cli/suggestion.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cctype>

namespace prong::cli {

namespace {

class Walk {
 public:
  Walk(const CLI::App& app, std::span<const std::string> words) : app_{app}, words_{words} {}

  Arguments run() {
    while (at_ < words_.size()) {
      const std::string& word = words_[at_++];
      if (word == "--") {
        arguments_.operands.insert(arguments_.operands.end(),
                                   words_.begin() + static_cast<std::ptrdiff_t>(at_), words_.end());
        break;
      }
      if (!is_option(word)) {
        arguments_.operands.push_back(word);
      } else if (word.starts_with("--")) {
        take_long(word);
      } else {
        take_short(word);
      }
    }
    return std::move(arguments_);
  }

 private:
  bool is_option(const std::string& word) const {
    if (word.size() < 2 || word.front() != '-') return false;
    return std::isdigit(static_cast<unsigned char>(word[1])) == 0 ||
           app_.get_option_no_throw(word) != nullptr;
  }

  void take_long(const std::string& word) {
    const std::size_t equals = word.find('=');
    const std::string name = word.substr(0, equals);
    if (!takes_value(name)) {
      if (equals != std::string::npos) throw WrongUsage{fmt::format("{} takes no value", name)};
      arguments_.options.push_back(name);
    } else if (equals != std::string::npos) {
      add(name, word.substr(equals + 1));
    } else {
      add(name, next_word(name));
    }
  }

  // "-rj4" is "-r -j 4".
  void take_short(const std::string& word) {
    for (std::size_t i = 1; i < word.size(); ++i) {
      const std::string name{'-', word[i]};
      if (takes_value(name)) return add(name, i + 1 < word.size() ? word.substr(i + 1) : next_word(name));
      arguments_.options.push_back(name);
    }
  }

  void add(const std::string& name, std::string value) {
    arguments_.options.push_back(name);
    arguments_.options.push_back(std::move(value));
  }

  std::string next_word(const std::string& name) {
    if (at_ == words_.size()) throw WrongUsage{fmt::format("{} needs a value", name)};
    return words_[at_++];
  }

  bool takes_value(const std::string& name) const {
    const CLI::Option* option = app_.get_option_no_throw(name);
    if (option == nullptr) throw unknown(name);
    return option->get_items_expected_max() > 0;
  }

  WrongUsage unknown(const std::string& name) const {
    std::vector<std::string> names;
    for (const CLI::Option* option : app_.get_options()) {
      for (const std::string& known : option->get_lnames())
        names.push_back("--" + known);
    }
    const auto meant = suggestion(name, names);
    return WrongUsage{fmt::format("unknown option '{}'{}", name,
                                  meant ? fmt::format(" (did you mean '{}'?)", *meant)
                                        : "; an operand that begins with a minus goes after --")};
  }

  const CLI::App& app_;
  std::span<const std::string> words_;
  std::size_t at_ = 0;
  Arguments arguments_;
};

}  // namespace

Arguments tell_apart(const CLI::App& app, std::span<const std::string> words) {
  return Walk{app, words}.run();
}

}  // namespace prong::cli
