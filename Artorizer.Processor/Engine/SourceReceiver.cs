using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using Artorizer.Contracts.Engine;
using Artorizer.Contracts.Jobs;
using Microsoft.Extensions.Options;

namespace Artorizer.Processor.Engine;

/// <summary>Writes an original to the job's folder while counting and hashing it.</summary>
public sealed class SourceReceiver(IOptions<ProcessorOptions> options)
{
    private const int BufferSize = 128 << 10;

    /// <summary>Refuses a declared length over the limit; 0 or less means unknown.</summary>
    /// <exception cref="EngineException"><c>invalid_image</c>.</exception>
    public void CheckLength(long length)
    {
        if (length > options.Value.MaxSourceBytes)
        {
            throw new EngineException(JobErrorCodes.InvalidImage, string.Create(
                CultureInfo.InvariantCulture, $"The file is larger than {options.Value.MaxSourceBytes} bytes."));
        }
    }

    /// <summary>Receives chunks until they end.</summary>
    /// <exception cref="EngineException">Too long, empty, or not what <paramref name="command"/> announces.</exception>
    public async Task<SourceFile> ReceiveAsync(
        IAsyncEnumerable<ReadOnlyMemory<byte>> chunks, JobWorkspace workspace, ProtectCommand command, CancellationToken cancellationToken)
    {
        CheckLength(command.SourceLength);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var length = 0L;
        await using (var file = new FileStream(workspace.Source, FileMode.Create, FileAccess.Write, FileShare.None, 1, useAsync: true))
        {
            await foreach (var chunk in chunks.WithCancellation(cancellationToken))
            {
                CheckLength(length += chunk.Length);
                hash.AppendData(chunk.Span);
                await file.WriteAsync(chunk, cancellationToken);
            }
        }

        var source = new SourceFile(workspace.Source, length, Convert.ToHexStringLower(hash.GetHashAndReset()));
        Check(source, command);
        return source;
    }

    /// <summary>A stream as chunks.</summary>
    public static async IAsyncEnumerable<ReadOnlyMemory<byte>> ChunksOf(
        Stream stream, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            int read;
            while ((read = await stream.ReadAsync(buffer, cancellationToken)) > 0)
            {
                yield return buffer.AsMemory(0, read);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static void Check(SourceFile source, ProtectCommand command)
    {
        if (source.Length == 0)
        {
            throw new EngineException(JobErrorCodes.InvalidImage, "The file is empty.");
        }

        if (command.SourceLength > 0 && source.Length != command.SourceLength)
        {
            throw new EngineException(JobErrorCodes.StorageUnavailable, "The original was not received completely.");
        }

        if (command.Artwork.Sha256 is { Length: > 0 } expected && !expected.Equals(source.Sha256, StringComparison.OrdinalIgnoreCase))
        {
            throw new EngineException(JobErrorCodes.OriginalDamaged, "The original that was received is not the one that was submitted.");
        }
    }
}
