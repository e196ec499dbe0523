using Artorizer.Contracts.Jobs;

namespace Artorizer.Router.Uploads;

/// <summary>The upload was submitted before, so the request has its answer already.</summary>
/// <param name="job">The job that was made of it.</param>
internal sealed class UploadSubmittedException(Job job) : Exception
{
    public Job Job => job;
}
