// Task and job messages over HTTP as application/vnd.apache.thrift.compact and .binary: bare structs, no envelope.
// Times are nanoseconds since 1970-01-01T00:00:00Z. Field numbers are those of the .proto files.

namespace py artorizer_thrift
namespace netstd Artorizer.Thrift

typedef i64 Time

enum PayloadFormat {
  // Detected: JSON if it parses as JSON, else MessagePack, else raw bytes.
  UNSPECIFIED = 0
  JSON = 1
  MSGPACK = 2
  BINARY = 3
}

struct TaskRequest {
  1: string task_type
  2: optional binary task_data
  3: optional PayloadFormat task_data_format
  4: optional i32 priority
  5: optional i64 delay_ms
}

struct TaskResponse {
  1: i32 task_id
  2: string job_id
}

struct TaskInfo {
  1: i32 id
  2: string task_type
  3: optional binary task_data
  4: string status
  5: Time created_at
  6: optional Time completed_at
  7: i32 attempts
  8: optional string last_error
  9: optional binary result
  10: optional PayloadFormat task_data_format
  11: optional PayloadFormat result_format
}

struct TaskList {
  1: list<TaskInfo> tasks
}

struct Component {
  1: string status
  2: optional string description
  3: double duration_ms
}

struct HealthStatus {
  1: string status
  2: i32 queue_size
  3: string timestamp
  4: i32 workers
  5: optional string version
  6: optional map<string, Component> components
}

struct MetricsSummary {
  1: double tasks_received
  2: double tasks_processed_success
  3: double tasks_processed_failed
  4: double queue_size
  5: bool daemon_healthy
}

struct JobProgress {
  1: string current_step
  2: i32 step_number
  3: i32 total_steps
  4: i32 percentage
  5: Time updated_at
}

struct JobStep {
  1: string name
  2: string status
  3: optional Time started_at
  4: optional Time completed_at
  5: optional double duration_ms
  6: optional string error
}

struct JobError {
  1: string code
  2: string message
}

struct JobWarning {
  1: string code
  2: string message
}

struct Job {
  1: string job_id
  2: i32 task_id
  3: string type
  4: string status
  5: i32 priority
  6: string via
  7: optional string title
  8: optional string artist
  9: Time submitted_at
  10: optional Time started_at
  11: optional Time completed_at
  12: i32 attempts
  13: optional JobProgress progress
  14: list<JobStep> steps
  15: optional JobError error
  16: optional string waiting_for
  17: optional Time waiting_since
  18: list<JobWarning> warnings
  19: optional string previous_job_id
}

struct JobList {
  1: list<Job> jobs
  2: optional string next_cursor
}

struct JobEvent {
  1: string job_id
  2: i64 sequence
  3: string type
  4: Time at
  5: string status
  6: optional JobProgress progress
  7: optional JobStep step
  8: optional JobError error
  9: optional string waiting_for
}

struct Artifact {
  1: string content_type
  2: i64 length
  3: optional string sha256
}

struct JobResult {
  1: string job_id
  2: i32 task_id
  3: string status
  4: string artwork_id
  5: string title
  6: string artist
  7: optional string description
  8: list<string> tags
  9: map<string, string> hashes
  10: map<string, string> urls
  11: map<string, Artifact> formats
  12: optional binary analysis
  13: optional PayloadFormat analysis_format
  14: optional binary summary
  15: optional PayloadFormat summary_format
  16: double processing_time_ms
  17: optional JobError error
  18: list<JobWarning> warnings
}

struct ProtectResponse {
  1: string job_id
  2: string status
  3: i32 task_id
  4: optional string message
  5: optional Job artwork
  6: optional string status_url
  7: optional string events_url
  8: optional string result_url
  9: optional string previous_job_id
}

struct Message {
  1: string message
}

struct FieldProblem {
  1: string field
  2: string code
  3: string message
}

struct Problem {
  1: string type
  2: string title
  3: i32 status
  4: string detail
  5: string error
  6: optional string field
  7: optional string code
  8: optional string trace_id
  9: list<FieldProblem> errors
}

struct UploadRequest {
  1: optional string filename
  2: optional string content_type
  3: optional i64 size
  4: optional string sha256
}

struct Upload {
  1: string upload_id
  2: string url
  3: string method
  4: map<string, string> headers
  5: i64 expires_at
}

struct WatermarkConfig {
  1: optional string strategy
  2: optional double strength
  3: optional string text
  4: optional double tree_ring_frequency
  5: optional double tree_ring_amplitude
}

struct ProtectionConfig {
  1: optional bool include_hash_analysis
  2: optional bool include_protection
  3: optional list<string> processors
  4: optional WatermarkConfig watermark
  5: optional bool enable_fawkes
  6: optional bool enable_photoguard
  7: optional bool enable_mist
  8: optional bool enable_nightshade
  9: optional bool enable_stegano_embed
  10: optional string stegano_message
  11: optional bool enable_c2pa_manifest
  12: optional i32 max_stage_dim
}

// A field that is absent takes its default. Exactly one of image_data, image_url and upload_id.
struct ProtectRequest {
  1: optional binary image_data
  2: optional string artist_name
  3: optional string artwork_title
  4: optional list<string> tags
  5: optional ProtectionConfig config
  6: optional string image_url
  7: optional string upload_id
  8: optional string artwork_description
  9: optional string artwork_creation_time
  10: optional string extra_metadata
  11: optional i32 priority
  12: optional string via
  13: optional string callback_url
  14: optional string callback_auth_token
  15: optional bool force
}
