// The layer over <prong/plugin.h> for plugins in Rust: functions of one value, and result functions over all of them.
// A plugin includes it (prong_add_plugin names the file):
//
//     include!(env!("PRONG_PLUGIN_RS"));
//     fn twice(x: f64) -> Result<f64, String> { … }
//     fn sum(results: &[f64]) -> f64 { … }
//     prong_module!(acme.stats, "Squares and sums", "1.0.0", "MIT");
//     prong_map!(acme.stats, twice(x: f64) -> f64, "x twice");
//     prong_result!(acme.stats, twice, sum(results: [f64]) -> f64, "The sum");
//
// A value is a number, a bool, or of a map function a `&str` or `&[u8]`, whose result is a `String` or a `Vec<u8>`.
// An `Err`, or a panic, fails the item; the others go on.
#[allow(dead_code)]
mod prong {
    use std::any::Any;
    use std::panic::{catch_unwind, AssertUnwindSafe};
    use std::sync::atomic::{compiler_fence, AtomicU64, Ordering};

    #[repr(C)]
    pub struct View {
        pub data: *const u8,
        pub size: u64,
    }

    #[repr(C)]
    pub struct Failure {
        struct_size: u32,
        reserved: u32,
        kind: View,
        what: View,
    }

    // prong_batch.
    #[repr(C)]
    pub struct Batch {
        struct_size: u32,
        abi_major: u16,
        abi_minor: u16,
        function: *const u8,
        pub count: u64,
        first_index: u64,
        indices: *const u64,
        item_encoding: u32,
        item_stride: u32,
        pub items: *const u8,
        pub views: *const View,
        bound: *const u8,
        bound_count: u32,
        result_encoding: u32,
        result_stride: u32,
        flags: u32,
        pub results: *mut u8,
        progress: *const AtomicU64,
        cancel: *const u32,
        seed: u64,
        item_nanoseconds: *mut u64,
        state: *mut u8,
        context: *mut u8,
        fail: unsafe extern "C" fn(*const Batch, u64, *const Failure),
        pub emit: unsafe extern "C" fn(*const Batch, u64, *const u8, u64) -> i32,
    }

    // What an item, or a result, can be; its name in signatures.
    pub trait Argument<'a> {
        const TYPE: &'static str;
        unsafe fn read(batch: &'a Batch, item: u64) -> Self;
    }
    pub trait Answer {
        const TYPE: &'static str;
        unsafe fn write(self, batch: &Batch, item: u64);
    }

    macro_rules! scalar {
        ($($type:ty, $name:literal);*) => { $(
            impl<'a> Argument<'a> for $type {
                const TYPE: &'static str = $name;
                unsafe fn read(batch: &'a Batch, item: u64) -> Self { *(batch.items as *const $type).add(item as usize) }
            }
            impl Answer for $type {
                const TYPE: &'static str = $name;
                unsafe fn write(self, batch: &Batch, item: u64) { *(batch.results as *mut $type).add(item as usize) = self }
            }
        )* };
    }
    scalar!(i8, "i8"; i16, "i16"; i32, "i32"; i64, "i64"; u8, "u8"; u16, "u16"; u32, "u32"; u64, "u64"; f32, "f32"; f64, "f64");

    impl<'a> Argument<'a> for bool {
        const TYPE: &'static str = "bool";
        unsafe fn read(batch: &'a Batch, item: u64) -> Self { *batch.items.add(item as usize) != 0 }
    }
    impl Answer for bool {
        const TYPE: &'static str = "bool";
        unsafe fn write(self, batch: &Batch, item: u64) { *batch.results.add(item as usize) = self as u8 }
    }
    impl<'a> Argument<'a> for &'a [u8] {
        const TYPE: &'static str = "bytes";
        unsafe fn read(batch: &'a Batch, item: u64) -> Self {
            let view = &*batch.views.add(item as usize);
            std::slice::from_raw_parts(view.data, view.size as usize)
        }
    }
    impl<'a> Argument<'a> for &'a str {
        const TYPE: &'static str = "str";
        // A text that is not UTF-8 panics, and so fails its item.
        unsafe fn read(batch: &'a Batch, item: u64) -> Self {
            std::str::from_utf8(<&[u8]>::read(batch, item)).expect("a text that is not UTF-8")
        }
    }
    impl Answer for Vec<u8> {
        const TYPE: &'static str = "bytes";
        unsafe fn write(self, batch: &Batch, item: u64) { (batch.emit)(batch, item, self.as_ptr(), self.len() as u64); }
    }
    impl Answer for String {
        const TYPE: &'static str = "str";
        unsafe fn write(self, batch: &Batch, item: u64) { self.into_bytes().write(batch, item) }
    }

    // What a function may return: the value, or a Result of it.
    pub trait Outcome<T> {
        fn outcome(self) -> Result<T, String>;
    }
    impl<T: Answer> Outcome<T> for T {
        fn outcome(self) -> Result<T, String> { Ok(self) }
    }
    impl<T, E: ToString> Outcome<T> for Result<T, E> {
        fn outcome(self) -> Result<T, String> { self.map_err(|error| error.to_string()) }
    }

    fn panic_text(panic: &(dyn Any + Send)) -> String {
        let text = panic.downcast_ref::<&str>().map(|text| text.to_string());
        text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default()
    }

    unsafe fn fail(batch: &Batch, item: u64, kind: &str, what: &str) {
        let view = |text: &str| View { data: text.as_ptr(), size: text.len() as u64 };
        let failure =
            Failure { struct_size: std::mem::size_of::<Failure>() as u32, reserved: 0, kind: view(kind), what: view(what) };
        (batch.fail)(batch, item, &failure);
    }

    unsafe fn run<T: Answer>(batch: &Batch, item: u64, call: impl FnOnce() -> Result<T, String>) {
        match catch_unwind(AssertUnwindSafe(call)) {
            Ok(Ok(answer)) => answer.write(batch, item),
            Ok(Err(what)) => fail(batch, item, "Err", &what),
            Err(panic) => fail(batch, item, "panic", &panic_text(&*panic)),
        }
    }

    // Before each item it is told which: when the item ends the process, Prong knows.
    pub unsafe fn run_items<T: Answer>(batch: &Batch, call: impl Fn(u64) -> Result<T, String>) -> i32 {
        for item in 0..batch.count {
            (*batch.progress).store(item, Ordering::Release);
            compiler_fence(Ordering::SeqCst);
            let start = (!batch.item_nanoseconds.is_null()).then(std::time::Instant::now);
            run(batch, item, || call(item));
            if let Some(start) = start {
                *batch.item_nanoseconds.add(item as usize) = start.elapsed().as_nanos() as u64;
            }
        }
        (*batch.progress).store(batch.count, Ordering::Release);
        0
    }

    pub unsafe fn run_result<I, T: Answer>(batch: &Batch, call: impl FnOnce(&[I]) -> Result<T, String>) -> i32 {
        let all = if batch.count == 0 { &[] } else { std::slice::from_raw_parts(batch.items as *const I, batch.count as usize) };
        run(batch, 0, || call(all));
        0
    }

    // An ELF note whose text is put together at compile time.
    #[repr(C, align(4))]
    pub struct Note<const N: usize> {
        sizes: [u32; 3],
        owner: [u8; 8],
        text: [u8; N],
    }
    pub const fn length(parts: &[&str]) -> usize {
        let (mut sum, mut i) = (0, 0);
        while i < parts.len() {
            sum += parts[i].len();
            i += 1;
        }
        sum
    }
    pub const fn padded(size: usize) -> usize { (size + 3) / 4 * 4 }
    pub const fn note<const N: usize>(parts: &[&str]) -> Note<N> {
        let mut text = [0; N];
        let (mut at, mut i) = (0, 0);
        while i < parts.len() {
            let part = parts[i].as_bytes();
            let mut j = 0;
            while j < part.len() {
                text[at] = part[j];
                at += 1;
                j += 1;
            }
            i += 1;
        }
        Note { sizes: [6, at as u32, 1], owner: *b"prong\0\0\0", text }
    }
    // What an author writes goes into JSON as it is.
    pub const fn plain(text: &str) -> &str {
        let mut i = 0;
        while i < text.len() {
            assert!(text.as_bytes()[i] != b'"' && text.as_bytes()[i] != b'\\', "prong: a description has no quotes or backslashes");
            i += 1;
        }
        text
    }
}

macro_rules! prong_note {
    ($($part:expr),* $(,)?) => {
        const _: () = {
            const PARTS: &[&str] = &[$($part),*];
            #[used]
            #[link_section = ".note.prong"]
            static NOTE: prong::Note<{ prong::padded(prong::length(PARTS)) }> = prong::note(PARTS);
        };
    };
}

// The function under the name that C++ would give it: each part of a name has its length before it.
macro_rules! prong_export {
    ($function:ident, $space:literal, $($segment:ident).+, $name:ident) => {
        std::arch::global_asm!(
            concat!(".globl _ZN", $space, $("{}", stringify!($segment),)+ "{}", stringify!($name), "EPK11prong_batch"),
            concat!(".set _ZN", $space, $("{}", stringify!($segment),)+ "{}", stringify!($name), "EPK11prong_batch, {}"),
            $(const stringify!($segment).len(),)+ const stringify!($name).len(),
            $(const stringify!($segment).len(),)+ const stringify!($name).len(),
            sym $function,
        );
    };
}

macro_rules! prong_module {
    ($first:ident $(. $more:ident)*, $description:literal, $version:literal, $license:literal) => {
        prong_note!("{\"abi\":[1,0],\"kind\":\"module\",\"module\":\"", concat!(stringify!($first) $(, ".", stringify!($more))*),
                    "\",\"description\":\"", prong::plain($description), "\",\"version\":\"", prong::plain($version),
                    "\",\"license\":\"", prong::plain($license), "\"}");
    };
}

macro_rules! prong_map {
    ($first:ident $(. $more:ident)*, $name:ident($item:ident: $type:ty) -> $result:ty, $doc:literal) => {
        const _: () = {
            mod export {
                use super::*;
                unsafe extern "C" fn batched(batch: *const prong::Batch) -> i32 {
                    let batch = &*batch;
                    prong::run_items::<$result>(batch, |item| {
                        prong::Outcome::<$result>::outcome($name(<$type as prong::Argument>::read(batch, item)))
                    })
                }
                prong_export!(batched, "5mapfn", $first $(. $more)*, $name);
            }
        };
        prong_note!("{\"abi\":[1,0],\"kind\":\"map\",\"function\":\"", concat!(stringify!($first) $(, ".", stringify!($more))*, ".", stringify!($name)),
                    "\",\"params\":[{\"name\":\"", stringify!($item), "\",\"type\":\"", <$type as prong::Argument>::TYPE,
                    "\"}],\"result\":\"", <$result as prong::Answer>::TYPE, "\",\"pure\":false,\"state\":false,\"doc\":\"",
                    prong::plain($doc), "\"}");
    };
}

macro_rules! prong_result {
    ($first:ident $(. $more:ident)*, $name:ident, $function:ident($items:ident: [$type:ty]) -> $result:ty, $doc:literal) => {
        const _: () = {
            mod export {
                use super::*;
                unsafe extern "C" fn batched(batch: *const prong::Batch) -> i32 {
                    prong::run_result::<$type, $result>(&*batch, |all| {
                        prong::Outcome::<$result>::outcome($function(all))
                    })
                }
                prong_export!(batched, "8resultfn", $first $(. $more)*, $name);
            }
        };
        prong_note!("{\"abi\":[1,0],\"kind\":\"result\",\"function\":\"", concat!(stringify!($first) $(, ".", stringify!($more))*, ".", stringify!($name)),
                    "\",\"params\":[{\"name\":\"", stringify!($items), "\",\"type\":\"[", <$type as prong::Argument>::TYPE,
                    "]\"}],\"result\":\"", <$result as prong::Answer>::TYPE, "\",\"pure\":false,\"state\":false,\"doc\":\"",
                    prong::plain($doc), "\"}");
    };
}
