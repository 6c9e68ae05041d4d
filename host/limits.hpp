// Every limit of Prong, in one place, each with its reason.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace prong::limits {

using namespace std::chrono_literals;

// Address space, not memory: the files behind these are sparse, a page costs when it is first written.
inline constexpr std::size_t inputs_bytes = std::size_t{256} << 30;   // all inputs of a pool at one time
inline constexpr std::size_t outputs_bytes = std::size_t{256} << 30;  // all fixed-size results at one time
inline constexpr std::size_t arena_bytes = std::size_t{8} << 30;      // results of variable size, per worker

// Fixed-size results of the tasks that a worker in a strict sandbox holds, on their way to the pool's.
inline constexpr std::size_t own_results_bytes = std::size_t{4} << 30;

// One result of variable size. Half the arena, so that a result fits whatever lies before it.
inline constexpr std::size_t result_bytes_max = arena_bytes / 2;

// A worker that claims to have written more is believed only when its file has the pages: a system call,
// which is nothing beside the copy that follows.
inline constexpr std::size_t believed_bytes = std::size_t{1} << 20;

// Tasks that a worker may hold: one that runs and one that waits, so that it never waits for the host; more
// of them when they are so short that it would, until they take this long together.
inline constexpr std::size_t tasks_in_flight_least = 2;
inline constexpr std::size_t tasks_in_flight = 256;
inline constexpr std::chrono::nanoseconds queue_time_aim = 60us;
// Slots of the rings. A power of two above tasks_in_flight; reports also tell of parts of a task.
inline constexpr std::size_t task_slots = 512;
inline constexpr std::size_t report_slots = 512;

// So many reports at one time mean that more are coming: the dispatcher looks again after this pause, and no
// worker wakes it. The pause is short against queue_time_aim, and so is what the kernel may add to it, which
// is 50 µs unless a thread asks for less.
inline constexpr std::size_t busy_reports = 4;
inline constexpr std::chrono::nanoseconds busy_pause = 10us;
inline constexpr std::chrono::nanoseconds timer_slack = 1us;
inline constexpr std::chrono::nanoseconds busy_time = 1ms;

// Items of one task: the table of their runs and one result must fit into an arena.
inline constexpr std::uint64_t task_items_max = std::uint64_t{1} << 28;

// A task should take this long: long against its hand-over (~1 µs), short against a person's patience and the
// imbalance at the end of a job.
inline constexpr std::chrono::nanoseconds task_time_aim = 1ms;

// Spinning before sleeping: about the price of one sleep and wake-up (futex: 5 to 40 µs).
inline constexpr std::chrono::nanoseconds spin_time = 30us;

inline constexpr unsigned workers_max = 1024;
// Births that are asked for at one time: both directions of the zygote's socket hold so many messages.
inline constexpr std::size_t births_at_once = 32;

// Looking at a plugin file reads a few kilobytes; longer means a hostile file or a dead file system.
inline constexpr std::chrono::milliseconds inspect_time = 5s;
// What reading a file's headers and notes, or its symbols, may allocate; debugging information is the most.
inline constexpr std::size_t look_bytes_max = std::size_t{512} << 20;
// Text that a plugin says of itself (names, documentation, exception texts): more is cut or refused.
inline constexpr std::size_t description_bytes_max = std::size_t{4} << 20;
// The libraries that a plugin needs, and the folders of its run path: real ones take some hundred bytes, and
// each library is looked for in each folder, at the price of a stat.
inline constexpr std::size_t dependency_text_bytes_max = std::size_t{64} << 10;
inline constexpr std::size_t dependency_places_max = 1024;
// A SHA-1 has 20 bytes, the longest digest that linkers know 64.
inline constexpr std::size_t build_id_bytes_max = 64;
// Entries of a dynamic section that are read; real ones have a few dozen.
inline constexpr std::size_t dynamic_entries_max = 4096;
inline constexpr std::size_t failure_text_bytes_max = 4096;

// Of a crashed worker's stack, the innermost calls, and the files that these lie in; recursion without end
// has hundreds of thousands. Both fit into the channel before the arena.
inline constexpr std::size_t crash_frames_max = 64;
inline constexpr std::size_t crash_modules_max = 16;
// A worker writes about its crash for some ten microseconds. What a plugin left behind may make it wait for
// ever, so then it ends without.
inline constexpr std::chrono::seconds crash_write_time = 1s;
// Reading symbols takes some milliseconds, of a file with much debugging information a second. An item whose
// worker crashed waits for them so long.
inline constexpr std::chrono::milliseconds symbol_time = 2s;
// One function's name; templates have long ones.
inline constexpr std::size_t symbol_bytes_max = 1024;
// Names that a pool remembers: those of many thousand different crashes would be a hostile plugin's.
inline constexpr std::size_t symbols_known_max = 4096;
// A kill for lack of memory that was counted is some death that is heard of so soon, or none of ours.
inline constexpr std::chrono::seconds memory_kill_time = 1s;
// Of the item that crashed: enough to know it again.
inline constexpr std::size_t shown_input_bytes = 256;
// Of that, nothing is made when it must be transcoded and is larger than this.
inline constexpr std::size_t transcoded_input_bytes_max = std::size_t{64} << 10;

// A stream of results (imap) begins with so many items for each worker on their way: one runs, one waits, and
// as many again while the consumer takes its time. A full window should pass in this time: shorter and
// hand-overs cost more than the work, longer and much is computed for a consumer who stops.
inline constexpr std::uint64_t stream_items_per_worker = 4;
inline constexpr std::chrono::milliseconds stream_time_least = 10ms;
inline constexpr std::chrono::milliseconds stream_time_most = 100ms;
inline constexpr std::size_t stream_bytes = std::size_t{16} << 20;

// A file that is one item's content: as much as one result may have, and of the memory that is free at that
// time half, since the host itself holds it until the item has ended.
inline constexpr std::size_t file_bytes_max = std::size_t{4} << 30;
inline constexpr std::size_t free_memory_parts = 2;

// Crashes at one place differ in their inputs: those of so many are shown.
inline constexpr std::size_t shown_crash_inputs_max = 100;
// Findings of one kind that a check tells one by one.
inline constexpr std::size_t check_findings_max = 100;

// What a worker printed last goes with the account of its death.
inline constexpr std::size_t output_tail_bytes = 4096;
// What plugins print is passed on at this rate: more than a person reads, less than a log can bear.
inline constexpr std::size_t output_bytes_per_second = std::size_t{64} << 10;
// A flood that dropped nothing for so long is over: what it dropped is told.
inline constexpr std::chrono::milliseconds output_quiet_time = 200ms;

// Longer than any machine runs, and far from where a clock's number overflows.
inline constexpr std::chrono::hours timeout_max{24 * 365 * 10};
// How often a worker with a time-out is looked at: an eighth of it, but at least and at most this.
inline constexpr std::chrono::milliseconds look_time_least = 1ms;
inline constexpr std::chrono::milliseconds look_time_most = 25ms;
// A healthy worker takes a task within microseconds, on a starved machine within some hundred milliseconds.
inline constexpr std::chrono::milliseconds take_time = 2s;
// Looks at a worker that find it further back in its task than before, until its words are lies: both sides
// being interrupted in the middle of a few instructions makes an honest one look so.
inline constexpr unsigned steps_back_believed = 3;
// A stop signal takes effect at once, unless the process sits in the kernel (a dead network file system).
inline constexpr std::chrono::milliseconds stop_time = 100ms;
// Between a call's end by its caller and the end of a worker that still runs an item of it: a function that
// asks whether it is cancelled, or returns soon, keeps its worker.
inline constexpr std::chrono::milliseconds cancel_time = 20ms;
// Reading a worker's memory from /proc takes about 10 µs: at most 1 % of the time.
inline constexpr std::chrono::milliseconds memory_look_time = 1ms;
// Reading how much memory its page tables take is about 20 µs, and they grow by some 30 MB in this time.
inline constexpr std::chrono::milliseconds table_look_time = 100ms;
// Finding out what a task has left changed in its worker takes about a hundred system calls, tens of
// microseconds.
inline constexpr std::chrono::milliseconds condition_look_time = 4ms;

// The stack of a worker in a sandbox, at most; more than the usual 8 MiB, and little beside its memory.
inline constexpr std::size_t sandbox_stack_bytes = std::size_t{16} << 20;
// Signals that may wait for the user's processes when one in a sandbox sends another: a system has some ten
// thousand to give to a user.
inline constexpr std::uint64_t sandbox_waiting_signals = 1024;
// What a worker in a sandbox may have open, unless it is told otherwise: plugins open some files, those that
// leak open thousands.
inline constexpr std::uint64_t sandbox_descriptors = 256;
// A worker itself needs a few, of memory some megabytes.
inline constexpr std::uint64_t sandbox_descriptors_least = 16;
inline constexpr std::size_t sandbox_memory_least = std::size_t{16} << 20;

// Of the processor, to see whether a bound of it is kept: what is asked for would take too long to be tried.
// Without one the trial ends by itself.
inline constexpr std::chrono::milliseconds processor_trial = 10ms;
inline constexpr std::chrono::milliseconds processor_trial_most = 1s;

// Reports are looked for this often also when nobody signals, while work runs.
inline constexpr std::chrono::milliseconds deaf_time = 500ms;

// Workers that die in a row before they can take a task, until the pool is given up; and those that die in a
// row holding items of a job that they could not start, until the job is.
inline constexpr unsigned barren_deaths_max = 16;
// Workers that are killed in a row while they do nothing, for each worker of the pool, before replacements
// wait.
inline constexpr unsigned idle_deaths_free = 8;
// How long they wait, doubled each time (1, 2, … 512 ms).
inline constexpr std::chrono::milliseconds respawn_delay = 1ms;
// The zygote answers a request in well under a millisecond, or a few for each gigabyte of a host that it
// forks; when it owes answers and has given none for this long, it is taken as stuck and killed.
inline constexpr std::chrono::milliseconds zygote_time = 5s;

// A pool's end: between asking the zygote to stop and killing it.
inline constexpr std::chrono::milliseconds shutdown_time = 2s;

// How long a pool that forks waits for the threads of other pools to come to rest. They sleep nearly always;
// only a callback of the host's may take long.
inline constexpr std::chrono::milliseconds fork_patience = 5s;

// Calls that the host, and a worker, keep prepared for the next one like it: more kinds of calls in turn than
// a program makes; small, so that looking through them costs less than what it saves.
inline constexpr std::size_t prepared_calls_max = 16;
inline constexpr std::size_t prepared_bound_bytes_max = std::size_t{16} << 10;
inline constexpr std::size_t worker_forms_max = 32;

// A worker drops the states of ended jobs when it holds this many, and when it has nothing to do. The states
// of so many open jobs it keeps; of more, it makes them anew when need be. 8 KiB of words in each pool.
inline constexpr std::size_t worker_jobs_max = 16;
inline constexpr std::uint32_t open_jobs_max = 1024;

// A chunk should keep a node busy for so long: long against what the engine takes for a job, short
// against the wait for the last one. Several are on their way to each node, so that none waits for the next.
inline constexpr std::chrono::nanoseconds chunk_time_aim = 20ms;
inline constexpr std::size_t chunk_bytes_max = std::size_t{32} << 20;  // of items, unless one alone is larger
inline constexpr std::size_t chunks_per_slot = 2;
// Nodes that a client tells apart. Each takes some hundred bytes; more are not counted, and work all the
// same.
inline constexpr std::size_t nodes_max = 4096;
// A chunk that was lost with so many nodes one after the other is not tried again; nor is a question that so
// many could not answer.
inline constexpr unsigned chunk_losses_max = 8;
// A node says an eighth of its patience after the last time that it still has a chunk: a millisecond at
// least.
inline constexpr std::chrono::milliseconds patience_least = 8ms;
// A client has this much of the patience that a node says it has, where its own is shorter.
inline constexpr std::chrono::nanoseconds patience_most = 24h;
// Claims that a node has the time for when its chunk came to another one too.
inline constexpr int contested_claims = 3;
// A claim that is not answered is repeated so many of its intervals later: who took it may have lost its
// connection, but one to a client that is gone stays in the engine.
inline constexpr int unanswered_claims = 3;
// How often the patience with a node passes until a chunk that none has claimed, or a question that none has
// answered, is sent again.
inline constexpr int unclaimed_patience = 3;
// An engine that is away for so many times the patience with a node is given up; so is a call that no node
// serves for so long, or whose question is answered for so long by what is no node.
inline constexpr int parted_patience = 6;
// How often the engine is asked which nodes there are; and a node looks for new plugins.
inline constexpr std::chrono::milliseconds servers_time = 1s;
inline constexpr std::chrono::milliseconds rescan_time = 2s;
// A node keeps a call's job so long after its last chunk, with the states of a prepared function; and so
// many.
inline constexpr std::chrono::milliseconds served_call_idle_time = 60s;
inline constexpr std::size_t served_calls_max = 64;
// Jobs that a node refuses, since it cannot read them, are told of so often.
inline constexpr std::chrono::seconds refused_jobs_time = 10s;
// For the last answers of a node that ends to be sent.
inline constexpr std::chrono::milliseconds farewell_time = 200ms;
// Brokers of one engine: each costs a connection of every node, and two or three of them outlive any failure.
inline constexpr std::size_t brokers_max = 16;
// One packet from or to a broker. A chunk may have hundreds of megabytes; a broker holds each one whole, and
// the protocol's number ends at four times this.
inline constexpr std::size_t engine_payload_bytes_max = std::size_t{1} << 30;
// Of a packet, everything but the payload: a job's handle of 64 bytes, a queue's name of 512, a unique id of
// 64, or the text of an error.
inline constexpr std::size_t engine_words_bytes_max = 4096;
// A broker's list of queues has a line for each that ever was: some hundred thousand of them.
inline constexpr std::size_t engine_status_bytes_max = std::size_t{64} << 20;
// Over a line whose node has left a queue no jobs come until those of that queue are done. When that takes
// longer than this, the node makes another line for the queues that it still serves.
inline constexpr std::chrono::milliseconds engine_leave_time = 1s;
// A message of which nothing has come for so long is not on its way any more.
inline constexpr std::chrono::milliseconds engine_stall_time = 2s;
// Jobs that a broker is asked for before it has answered: as many as hide its round trip.
inline constexpr std::size_t engine_grabs_max = 16;
// Until a connection stands, per address. Within a cluster that takes milliseconds, and a request for it that
// was lost is repeated after one second, and after three.
inline constexpr std::chrono::milliseconds engine_connect_time = 5s;
// Between attempts to reach a broker, doubled each time, and less by chance, so that the nodes of a cluster
// do not all come at one time when it is back.
inline constexpr std::chrono::milliseconds engine_retry_least = 50ms;
inline constexpr std::chrono::milliseconds engine_retry_most = 2s;
// A link that was cut in silence: the kernel asks after so long without traffic, again each second, and gives
// up when nobody has acknowledged anything for the last of these. It also gives up who takes no bytes for so
// long, so that is more than a busy broker needs.
inline constexpr std::chrono::seconds engine_keepalive_idle = 2s;
inline constexpr std::chrono::seconds engine_keepalive_interval = 1s;
inline constexpr int engine_keepalive_count = 3;
inline constexpr std::chrono::milliseconds engine_unacknowledged = 10s;
// A broker that is stopped still has a kernel that acknowledges. So it is asked itself when nothing has moved
// for the first time, and given up when nothing has for the second after that; long against what a busy
// machine takes.
inline constexpr std::chrono::milliseconds engine_quiet_time = 5s;
inline constexpr std::chrono::milliseconds engine_silence_max = 15s;

// Between two looks whether a message has come by MPI: a wait in MPI itself would take a whole processor. At
// first often, for what follows on what has just come; the most is short against a chunk's time.
inline constexpr std::chrono::nanoseconds mpi_pause_least = 50us;
inline constexpr std::chrono::nanoseconds mpi_pause_most = 1ms;
// Until all ranks of MPI have found their plugins; without any, a rank says nothing.
inline constexpr std::chrono::milliseconds mpi_offers_time = 5s;
// At the end of a run, the ranks have to stop what runs, and to say so; more than killing all workers takes.
inline constexpr std::chrono::milliseconds mpi_farewell_time = 30s;

}  // namespace prong::limits
