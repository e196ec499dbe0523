namespace Artorizer.Client;

/// <summary>
/// How an image is to be protected. What is <see langword="null"/> takes the server's default; limits are those of <c>POST
/// /protect</c>.
/// </summary>
public sealed record ProtectionSettings
{
    /// <summary>The artist, 1..120 characters.</summary>
    public required string Artist { get; init; }

    /// <summary>The artwork's title, 1..200 characters.</summary>
    public required string Title { get; init; }

    /// <summary>At most 2000 characters.</summary>
    public string? Description { get; init; }

    /// <summary>When the artwork was made; ISO 8601.</summary>
    public string? CreationTime { get; init; }

    /// <summary>At most 25, each at most 50 characters.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>A JSON object of at most 5000 characters.</summary>
    public string? ExtraMetadata { get; init; }

    /// <summary>Whether fingerprints are taken.</summary>
    public bool? IncludeHashAnalysis { get; init; }

    /// <summary>Whether the image is protected.</summary>
    public bool? IncludeProtection { get; init; }

    /// <summary>Of <c>metadata</c>, <c>imagehash</c>, <c>dhash</c>, <c>blockhash</c>, <c>stegano</c>; all when empty.</summary>
    public IReadOnlyList<string> Processors { get; init; } = [];

    /// <summary><c>invisible-watermark</c>, <c>robust</c>, <c>tree-ring</c>, <c>visible</c> or <c>none</c>.</summary>
    public string? WatermarkStrategy { get; init; }

    /// <summary>0..1.</summary>
    public double? WatermarkStrength { get; init; }

    /// <summary>By default © and the artist's name where the mark is visible, else the artwork's id.</summary>
    public string? WatermarkText { get; init; }

    /// <summary>1..32.</summary>
    public double? TreeRingFrequency { get; init; }

    /// <summary>1..64.</summary>
    public double? TreeRingAmplitude { get; init; }

    /// <summary>Perturbation stage of that name.</summary>
    public bool? EnableFawkes { get; init; }

    /// <summary>Perturbation stage of that name.</summary>
    public bool? EnablePhotoguard { get; init; }

    /// <summary>Perturbation stage of that name.</summary>
    public bool? EnableMist { get; init; }

    /// <summary>Perturbation stage of that name.</summary>
    public bool? EnableNightshade { get; init; }

    /// <summary>Whether a message is hidden in the picture.</summary>
    public bool? EnableSteganoEmbed { get; init; }

    /// <summary>The hidden message.</summary>
    public string? SteganoMessage { get; init; }

    /// <summary>Whether a provenance manifest is made.</summary>
    public bool? EnableC2paManifest { get; init; }

    /// <summary>Longest side in the stages, 128..4096 pixels; 0 is full resolution.</summary>
    public int? MaxStageDimension { get; init; }

    /// <summary>0..9; 5 by default.</summary>
    public int? Priority { get; init; }

    /// <summary>
    /// <c>queue</c> (the default) returns at once; with <c>storage</c>, <c>grpc</c> and <c>direct</c> the job is done when the
    /// call returns.
    /// </summary>
    public string? Via { get; init; }

    /// <summary>Whether it is done although the same image was sent with the same wishes before; <see langword="false"/> by default.</summary>
    public bool? Force { get; init; }

    /// <summary>Progress and completion are posted to it.</summary>
    public Uri? CallbackUrl { get; init; }

    /// <summary>Sent to <see cref="CallbackUrl"/> as a bearer token.</summary>
    public string? CallbackAuthToken { get; init; }

    /// <summary>
    /// Makes repeated submissions one job: 1..255 printable ASCII characters without spaces. A new one for each call by default,
    /// which covers the client's own retries.
    /// </summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>
    /// File that remembers a large upload while it is on its way, for the same call in a later process to continue it; the caller
    /// ensures that it is the same image. Made and removed by the call. Over gRPC it has no effect.
    /// </summary>
    public string? UploadRecord { get; init; }
}
