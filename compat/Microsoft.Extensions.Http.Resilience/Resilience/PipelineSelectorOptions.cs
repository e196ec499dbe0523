namespace Microsoft.Extensions.Http.Resilience;

/// <summary>Which pipeline a request takes; one for all when <see cref="KeyOf"/> is null.</summary>
internal sealed class PipelineSelectorOptions
{
    public Func<HttpRequestMessage, string>? KeyOf { get; set; }
}
