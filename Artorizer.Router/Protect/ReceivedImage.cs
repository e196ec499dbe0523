using Artorizer.Contracts.Api;
using Artorizer.Router.Uploads;

namespace Artorizer.Router.Protect;

/// <summary>A submission, read and validated; its image is stored under the key of its job.</summary>
/// <param name="Settings">Everything but the image.</param>
/// <param name="Original">The image.</param>
/// <param name="Upload">The upload that it came by, held until this is disposed; or <see langword="null"/>.</param>
internal sealed record ReceivedImage(ProtectionParameters Settings, OriginalImage Original, OpenUpload? Upload = null) : IDisposable
{
    public void Dispose() => Upload?.Dispose();
}
