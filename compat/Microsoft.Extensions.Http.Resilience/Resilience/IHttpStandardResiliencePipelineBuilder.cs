using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.Extensions.Http.Resilience;

/// <summary>Configures a standard pipeline.</summary>
public interface IHttpStandardResiliencePipelineBuilder
{
    /// <summary>The pipeline's name, which is the name of its options too.</summary>
    string PipelineName { get; }

    /// <summary>The services that the pipeline is added to.</summary>
    IServiceCollection Services { get; }
}
