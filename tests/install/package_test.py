"""The packages, and `cmake --install`: unpacked, moved elsewhere, and used as their users would. And the packages as dpkg
installs and removes them.

One tree is that of the packages `prong`, `libprong-dev` and `python3-prong`, the other one that of an install. Programs and plugins are
built against each of them by CMake and by pkg-config, with nothing else of Prong at hand."""

import gzip
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

SOURCE = pathlib.Path(os.environ["PRONG_SOURCE"])
BUILD = pathlib.Path(os.environ["PRONG_BUILD"])
EXAMPLES = SOURCE / "docs/examples"
# Whether the Python module was built.
PYTHON = any((BUILD / "lib/python/prong").glob("_native*.so"))
# Whether CMake found MPI.
MPI = (BUILD / "lib/prong/engines/mpi.so").exists()
# Nothing that would lead elsewhere.
CLEAN = {name: value for name, value in os.environ.items()
         if name not in ("LD_LIBRARY_PATH", "PKG_CONFIG_PATH", "CMAKE_PREFIX_PATH") and not name.startswith("PRONG_")}
CLEAN["XDG_DATA_HOME"] = "/nonexistent"

# One that is this one as it was before, without the sources and the build; the packages are in /mnt.
MOUNT_OWN_SYSTEM = """
mount -t tmpfs none "$1"
mkdir "$1/upper" "$1/scratch" "$1/top"
mount -t overlay none -o "lowerdir=/,upperdir=$1/upper,workdir=$1/scratch" "$1/top"
for folder in dev proc; do mount --rbind /$folder "$1/top/$folder"; done
mount --bind "$2" "$1/top/mnt"
for hidden in "$3" "$4"; do
  mkdir -p "$1/top/$hidden"
  mount -t tmpfs none "$1/top/$hidden"
done
"""
ENTER_OWN_SYSTEM = 'exec chroot "$1/top" sh -euc "$5"'
IN_OWN_SYSTEM = r"""
quietly() {
  "$@" > /tmp/out 2>&1 || { cat /tmp/out; exit 1; }
}
cd /tmp
quietly dpkg --no-triggers -i /mnt/*.deb
prong map examples.square 1 2 3
if dpkg -s python3-prong > /dev/null 2>&1; then
  /usr/bin/python3 -B -c "import prong; print(prong.Pool(1).map('examples.square', [3]))"
fi
$CC /mnt/in_c.c -o in_c $(pkg-config --cflags --libs prong)
./in_c
quietly dpkg --no-triggers --purge $(dpkg-query -W -f '${binary:Package}\n' '*prong*')
find /usr /etc -xdev -name '*prong*'
echo removed
"""


def run(*command, cwd=None, **environment):
    ended = subprocess.run([str(word) for word in command], cwd=cwd, env={**CLEAN, **environment}, text=True,
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert ended.returncode == 0, f"{command}\n{ended.stdout}"
    return ended.stdout


def paragraphs(text):
    """Those of a copyright file: a dictionary of its fields each."""
    return [dict(re.findall(r"^(\S+):[ \t]*(.*(?:\n[ \t].*)*)", paragraph, re.MULTILINE))
            for paragraph in re.split(r"\n{2,}", text.strip())]


def files(tree):
    return {str(path.relative_to(tree)) for path in tree.rglob("*") if not path.is_dir()}


class Trees(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="prong-install-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        packages = cls.folder / "packages"
        run("cpack", "-G", "DEB", "--config", BUILD / "CPackConfig.cmake", "-B", packages)
        cls.packages = {path.name.split("_")[0]: path for path in packages.glob("*.deb")}
        first = cls.folder / "first"
        first.mkdir()
        for package in cls.packages.values():
            run("dpkg-deb", "-x", package, first / "of packages")
        run("cmake", "--install", BUILD, "--prefix", first / "installed")
        # Where they were, there is nothing any more.
        moved = cls.folder / "moved"
        first.rename(moved)
        cls.packaged, cls.installed = moved / "of packages/usr", moved / "installed"
        shutil.rmtree(packages / "_CPack_Packages")

    def field(self, package, name):
        return run("dpkg-deb", "-f", self.packages[package], name).strip()

    def test_packages_say_what_they_are_and_need(self):
        self.assertEqual(set(self.packages), {"prong", "libprong-dev"} | ({"python3-prong"} if PYTHON else set()) |
                         ({"prong-mpi"} if MPI else set()))
        machine = run("dpkg", "--print-architecture").strip()
        version = self.field("prong", "Version")
        sections = {"prong": "utils", "libprong-dev": "libdevel", "python3-prong": "python", "prong-mpi": "net"}
        for package in self.packages:
            section = sections[package]
            self.assertEqual(self.field(package, "Architecture"), machine)
            self.assertEqual(self.field(package, "Section"), section)
            self.assertEqual(self.packages[package].name, f"{package}_{version}_{machine}.deb")
            self.assertRegex(self.field(package, "Maintainer"), r"^.+ <\S+@\S+>$")
            doc = self.packaged / "share/doc" / package
            self.assertEqual((doc / "copyright").read_bytes(),
                             (self.installed / "share/doc/prong/copyright").read_bytes())
            changes = gzip.decompress((doc / "changelog.Debian.gz").read_bytes()).decode()
            self.assertTrue(changes.startswith(f"prong ({version}) "))
            self.assertEqual(gzip.decompress((doc / "changelog.gz").read_bytes()), (SOURCE / "CHANGELOG.md").read_bytes())
        for library in ("libc6", "libdw1", "libelf1", "libfmt9", "libre2-9", "libseccomp2", "libsimdjson14", "libsodium23", "libstdc++6"):
            self.assertIn(f"{library} (>= ", self.field("prong", "Depends"))
        self.assertEqual(self.field("libprong-dev", "Depends"), f"prong (= {version})")
        soname = run("objdump", "-p", self.packaged / "lib/libprong.so").split("SONAME")[1].split()[0]
        name, number = soname.split(".so.")
        control = run("dpkg-deb", "-I", self.packages["prong"], "shlibs")
        self.assertEqual(control.split()[:3], [name, number, "prong"])

    def test_copyright_names_what_is_compiled_and_linked_in(self):
        text = (self.installed / "share/doc/prong/copyright").read_text()
        header, *others = paragraphs(text)
        self.assertTrue(header["Format"].endswith("/copyright-format/1.0/"))
        of_files = [paragraph for paragraph in others if "Files" in paragraph]
        texts = {paragraph["License"].split("\n")[0] for paragraph in others if "Files" not in paragraph} | {"public-domain"}
        for paragraph in of_files:
            for one in re.sub(r"[()]", "", paragraph["License"].replace("(LGPL-3+ or GPL-2+)", "LGPL-3+ or GPL-2+")).split(" and "):
                self.assertIn(one, texts)

        def said_of(name):
            """What its last paragraph says, which is the one that counts."""
            found = [paragraph for paragraph in of_files
                     if any(pathlib.PurePath(name).match(pattern) for pattern in paragraph["Files"].split())]
            return f"{found[-1]['Copyright']}\n{found[-1]['License']}\n{found[-1]['Comment']}"

        both = {"Boost": "BSL-1.0", "msgpack-cxx": "BSL-1.0", "fmt": "Expat with embedded exception", "simdjson": "Apache-2.0"}
        archives = {"elfutils": "LGPL-3+ or GPL-2+", "XZ Utils": "public-domain", "bzip2": "BSD-bzip2", "zlib": "Zlib"}
        loaded = run("objdump", "-p", self.installed / "libexec/prong/prong-zygote")
        expected = {
            "bin/prong": {"CLI11": "BSD-3-clause", "fmt": "Expat with embedded exception", "simdjson": "Apache-2.0",
                          "xxHash": "BSD-2-clause"},
            "lib/libprong.so": both,
            "libexec/prong/prong-zygote": {**both, **({} if "libdw.so" in loaded else archives)},
            "lib/prong/plugins/text.so": {"msgpack-cxx": "BSL-1.0"},
            "lib/python3/dist-packages/prong/_native.x.so": {"pybind11": "BSD-3-clause"}}
        for name, libraries in expected.items():
            for library, license in libraries.items():
                self.assertIn(library, said_of(name))
                self.assertIn(license, said_of(name))
        self.assertEqual("elfutils" in text, "libdw.so" not in loaded)

    def test_trees_have_the_same_files(self):
        def plain(name):
            return name.removesuffix(".gz").replace("zsh/vendor-completions", "zsh/site-functions")
        packaged = {plain(name) for name in files(self.packaged) if not name.startswith("share/doc/")}
        self.assertEqual(packaged, files(self.installed) - {"share/doc/prong/copyright"})
        for name in ("bin/prong", "libexec/prong/prong-zygote", "lib/libprong.so", "lib/prong/plugins/examples.so",
                     "lib/prong/plugins/text.so", "include/prong/prong.hpp", "include/prong/prong.h",
                     "include/prong/plugin.hpp", "include/prong/plugin.h", "lib/cmake/prong/prong-config.cmake",
                     "lib/pkgconfig/prong.pc", "lib/pkgconfig/prong-plugin.pc", "share/man/man1/prong.1",
                     "share/bash-completion/completions/prong"):
            self.assertIn(name, packaged)

    def test_no_file_knows_where_it_was_made(self):
        # Of the usual prefix, that which is Prong's there: the system's libraries may lie below it too.
        usual = [f"/usr/local/{folder}" for folder in ("bin", "include", "libexec", "lib/prong", "lib/cmake", "share")]
        for tree in (self.packaged, self.installed):
            for name in files(tree):
                content = (tree / name).read_bytes()
                for place in (SOURCE, BUILD, self.folder / "first", *usual):
                    self.assertFalse(str(place).encode() in content, f"{name} knows {place}")

    @unittest.skipUnless(PYTHON, "there is no Python module")
    def test_the_python_module_runs(self):
        for tree in (self.packaged, self.installed):
            printed = run("/usr/bin/python3", "-B", "-c", "import prong; print(prong.Pool(1).map('examples.square', [3]))",
                          cwd="/", PYTHONPATH=str(tree / "lib/python3/dist-packages"))
            self.assertEqual(printed, "[9.0]\n")
        depends = self.field("python3-prong", "Depends")
        self.assertIn(f"prong (= {self.field('prong', 'Version')}), python3 (>= 3.", depends)

    def test_the_tool_runs(self):
        for tree in (self.packaged, self.installed):
            tool = tree / "bin/prong"
            listed = run(tool, "list")
            self.assertIn(f"{tree}/lib/prong/plugins", run(tool, "info", "examples"))
            self.assertIn("square(x: f64) -> f64", listed)
            self.assertEqual(run(tool, "map", "examples.square", "1", "2", "3"), "1\n4\n9\n")

    def test_dpkg_installs_and_removes(self):
        system, packages = self.folder / "system", self.packages["prong"].parent
        system.mkdir()
        shutil.copy(EXAMPLES / "in_c.c", packages)

        def own_system(script):
            return ["unshare", "--mount", "sh", "-euc", script, "sh", system, packages, SOURCE, BUILD, IN_OWN_SYSTEM]

        mounted = subprocess.run(own_system(MOUNT_OWN_SYSTEM), capture_output=True, text=True)
        if mounted.returncode != 0:
            self.skipTest(f"a system of the test's own cannot be mounted here: {mounted.stderr.strip()}")
        printed = run(*own_system(MOUNT_OWN_SYSTEM + ENTER_OWN_SYSTEM))
        python = "[9.0]\n" if PYTHON else ""
        self.assertEqual(printed, f"1\n4\n9\n{python}{(EXAMPLES / 'in_c.expected').read_text()}removed\n")

    def test_cmake_builds_programs_and_plugins(self):
        """docs/embedding.md shows this project."""
        project = self.folder / "project"
        shutil.copytree(EXAMPLES / "installed", project)
        for file in (EXAMPLES / "first.cpp", EXAMPLES / "in_c.c", EXAMPLES / "project/stats.cpp"):
            shutil.copy(file, project)
        # Below /usr, libraries of this project go into lib/x86_64-linux-gnu, where that Prong looks for nothing.
        run("cmake", "-G", "Ninja", "-S", project, "-B", project / "build", "-DCMAKE_INSTALL_PREFIX=/usr",
            f"-DCMAKE_PREFIX_PATH={self.packaged}")
        run("cmake", "--build", project / "build")
        self.assertEqual(run(project / "build/first"), (EXAMPLES / "first.expected").read_text())
        self.assertEqual(run(project / "build/in_c"), (EXAMPLES / "in_c.expected").read_text())
        run("cmake", "--install", project / "build", "--prefix", self.folder / "own")
        plugins = self.folder / "own/lib/prong/plugins"
        self.assertEqual(run(self.packaged / "bin/prong", "map", "acme.stats.cube", "3", PRONG_PLUGIN_PATH=str(plugins)), "27\n")

    def test_cmake_builds_a_project_in_c_alone(self):
        project = self.folder / "in c"
        project.mkdir()
        shutil.copy(EXAMPLES / "in_c.c", project)
        (project / "CMakeLists.txt").write_text(
            "cmake_minimum_required(VERSION 3.25)\nproject(acme LANGUAGES C)\n"
            "find_package(prong REQUIRED COMPONENTS host plugin)\n"
            "add_executable(in_c in_c.c)\ntarget_link_libraries(in_c PRIVATE prong::host)\n")
        run("cmake", "-G", "Ninja", "-S", project, "-B", project / "build", f"-DCMAKE_PREFIX_PATH={self.installed}")
        run("cmake", "--build", project / "build")
        self.assertEqual(run(project / "build/in_c"), (EXAMPLES / "in_c.expected").read_text())

    def test_pkg_config_builds_programs_and_plugins(self):
        place = self.folder / "by hand"
        plugins = place / "plugins"
        plugins.mkdir(parents=True)
        for tree in (self.packaged, self.installed):
            # Blanks in the path are escaped for the shell.
            def build(command):
                run("sh", "-ec", command, cwd=place, PKG_CONFIG_PATH=str(tree / "lib/pkgconfig"), EXAMPLES=str(EXAMPLES))

            build('''eval $CC -std=c11 '$EXAMPLES/in_c.c' -o in_c $(pkg-config --cflags --libs prong)''')
            self.assertEqual(run(place / "in_c", LD_LIBRARY_PATH=str(tree / "lib")), (EXAMPLES / "in_c.expected").read_text())
        build('''eval $CXX -std=c++20 '$EXAMPLES/first.cpp' -o first $(pkg-config --cflags --libs prong)''')
        self.assertEqual(run(place / "first", LD_LIBRARY_PATH=str(tree / "lib")), (EXAMPLES / "first.expected").read_text())
        build('''eval $CXX -std=c++20 -O2 -shared -fPIC '$EXAMPLES/project/stats.cpp' -o plugins/acme-_-stats.so \\
                 $(pkg-config --cflags --libs prong-plugin)''')
        tool = tree / "bin/prong"
        self.assertIn(" good: acme.stats 1.0.0, 1 function\n", run(tool, "check", plugins / "acme-_-stats.so"))
        self.assertEqual(run(tool, "map", "acme.stats.cube", "3", PRONG_PLUGIN_PATH=str(plugins)), "27\n")


if __name__ == "__main__":
    unittest.main()
