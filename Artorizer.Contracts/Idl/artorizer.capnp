# Task and job messages over HTTP as application/capnp, and packed as application/capnp+packed: one stream message each.
# Times are nanoseconds since 1970-01-01T00:00:00Z. A number that may be absent is absent when it equals its default.

@0xf1a733d0127f2777;

enum PayloadFormat {
  # Detected: JSON if it parses as JSON, else MessagePack, else raw bytes.
  unspecified @0;
  json @1;
  msgpack @2;
  binary @3;
}

const absentInt32 :Int32 = -2147483648;
const absentInt64 :Int64 = -9223372036854775808;

struct TextEntry {
  key @0 :Text;
  value @1 :Text;
}

struct TaskRequest {
  taskType @0 :Text;
  taskData @1 :Data;
  taskDataFormat @2 :PayloadFormat;
  priority @3 :Int32 = .absentInt32;
  delayMs @4 :Int64 = .absentInt64;
}

struct TaskResponse {
  taskId @0 :Int32;
  jobId @1 :Text;
}

struct TaskInfo {
  id @0 :Int32;
  taskType @1 :Text;
  taskData @2 :Data;
  status @3 :Text;
  createdAt @4 :Int64;
  completedAt @5 :Int64 = .absentInt64;
  attempts @6 :Int32;
  lastError @7 :Text;
  result @8 :Data;
  taskDataFormat @9 :PayloadFormat;
  resultFormat @10 :PayloadFormat;
}

struct TaskList {
  tasks @0 :List(TaskInfo);
}

struct Component {
  status @0 :Text;
  description @1 :Text;
  durationMs @2 :Float64;
}

struct ComponentEntry {
  key @0 :Text;
  value @1 :Component;
}

struct HealthStatus {
  status @0 :Text;
  queueSize @1 :Int32;
  timestamp @2 :Text;
  workers @3 :Int32;
  version @4 :Text;
  components @5 :List(ComponentEntry);
}

struct MetricsSummary {
  tasksReceived @0 :Float64;
  tasksProcessedSuccess @1 :Float64;
  tasksProcessedFailed @2 :Float64;
  queueSize @3 :Float64;
  daemonHealthy @4 :Bool;
}

struct JobProgress {
  currentStep @0 :Text;
  stepNumber @1 :Int32;
  totalSteps @2 :Int32;
  percentage @3 :Int32;
  updatedAt @4 :Int64;
}

struct JobStep {
  name @0 :Text;
  status @1 :Text;
  startedAt @2 :Int64 = .absentInt64;
  completedAt @3 :Int64 = .absentInt64;
  durationMs @4 :Float64 = nan;
  error @5 :Text;
}

struct JobError {
  code @0 :Text;
  message @1 :Text;
}

struct JobWarning {
  code @0 :Text;
  message @1 :Text;
}

struct Job {
  jobId @0 :Text;
  taskId @1 :Int32;
  type @2 :Text;
  status @3 :Text;
  priority @4 :Int32;
  via @5 :Text;
  title @6 :Text;
  artist @7 :Text;
  submittedAt @8 :Int64;
  startedAt @9 :Int64 = .absentInt64;
  completedAt @10 :Int64 = .absentInt64;
  attempts @11 :Int32;
  progress @12 :JobProgress;
  steps @13 :List(JobStep);
  error @14 :JobError;
  waitingFor @15 :Text;
  waitingSince @16 :Int64 = .absentInt64;
  warnings @17 :List(JobWarning);
  previousJobId @18 :Text;
}

struct JobList {
  jobs @0 :List(Job);
  nextCursor @1 :Text;
}

struct JobEvent {
  jobId @0 :Text;
  sequence @1 :Int64;
  type @2 :Text;
  at @3 :Int64;
  status @4 :Text;
  progress @5 :JobProgress;
  step @6 :JobStep;
  error @7 :JobError;
  waitingFor @8 :Text;
}

struct Artifact {
  contentType @0 :Text;
  length @1 :Int64;
  sha256 @2 :Text;
}

struct ArtifactEntry {
  key @0 :Text;
  value @1 :Artifact;
}

struct JobResult {
  jobId @0 :Text;
  taskId @1 :Int32;
  status @2 :Text;
  artworkId @3 :Text;
  title @4 :Text;
  artist @5 :Text;
  description @6 :Text;
  tags @7 :List(Text);
  hashes @8 :List(TextEntry);
  urls @9 :List(TextEntry);
  formats @10 :List(ArtifactEntry);
  analysis @11 :Data;
  analysisFormat @12 :PayloadFormat;
  summary @13 :Data;
  summaryFormat @14 :PayloadFormat;
  processingTimeMs @15 :Float64;
  error @16 :JobError;
  warnings @17 :List(JobWarning);
}

struct ProtectResponse {
  jobId @0 :Text;
  status @1 :Text;
  taskId @2 :Int32;
  message @3 :Text;
  artwork @4 :Job;
  statusUrl @5 :Text;
  eventsUrl @6 :Text;
  resultUrl @7 :Text;
  previousJobId @8 :Text;
}

struct Message {
  message @0 :Text;
}

struct Problem {
  type @0 :Text;
  title @1 :Text;
  status @2 :Int32;
  detail @3 :Text;
  error @4 :Text;
  field @5 :Text;
  code @6 :Text;
  traceId @7 :Text;
  errors @8 :List(FieldProblem);
}

struct FieldProblem {
  field @0 :Text;
  code @1 :Text;
  message @2 :Text;
}

struct UploadRequest {
  filename @0 :Text;
  contentType @1 :Text;
  size @2 :Int64 = .absentInt64;
  sha256 @3 :Text;
}

struct Upload {
  uploadId @0 :Text;
  url @1 :Text;
  method @2 :Text;
  headers @3 :List(TextEntry);
  expiresAt @4 :Int64;
}

struct WatermarkConfig {
  strategy @0 :Text;
  strength @1 :Float64 = nan;
  text @2 :Text;
  treeRingFrequency @3 :Float64 = nan;
  treeRingAmplitude @4 :Float64 = nan;
}

struct ProtectionConfig {
  includeHashAnalysis @0 :Bool = true;
  includeProtection @1 :Bool = true;
  processors @2 :List(Text);
  watermark @3 :WatermarkConfig;
  enableFawkes @4 :Bool = true;
  enablePhotoguard @5 :Bool = true;
  enableMist @6 :Bool = true;
  enableNightshade @7 :Bool = true;
  enableSteganoEmbed @8 :Bool = false;
  steganoMessage @9 :Text;
  enableC2paManifest @10 :Bool = true;
  maxStageDim @11 :Int32 = .absentInt32;
}

# A field that is absent takes its default. Exactly one of image_data, image_url and upload_id.
struct ProtectRequest {
  imageData @0 :Data;
  artistName @1 :Text;
  artworkTitle @2 :Text;
  tags @3 :List(Text);
  config @4 :ProtectionConfig;
  imageUrl @5 :Text;
  uploadId @6 :Text;
  artworkDescription @7 :Text;
  artworkCreationTime @8 :Text;
  extraMetadata @9 :Text;
  priority @10 :Int32 = .absentInt32;
  via @11 :Text;
  callbackUrl @12 :Text;
  callbackAuthToken @13 :Text;
  force @14 :Bool;
}
