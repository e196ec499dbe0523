using Polly.Timeout;

namespace Microsoft.Extensions.Http.Resilience;

/// <summary>Options of a timeout for HTTP requests. Default: 30 s.</summary>
public class HttpTimeoutStrategyOptions : TimeoutStrategyOptions;
