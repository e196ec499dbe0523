using Artorizer.Contracts.Api;
using Artorizer.Contracts.Jobs;
using Artorizer.Router.Errors;

namespace Artorizer.Router.Protect;

/// <summary>
/// Holds a repeated submission against the one that had its idempotency key first: the same request is answered as before, another
/// one is refused, for its answer would be that of something else (draft-ietf-httpapi-idempotency-key-header §2.7).
/// </summary>
internal static class SameSubmission
{
    /// <exception cref="ApiException">422: they differ.</exception>
    public static void Require(Job earlier, Job repeated)
    {
        if (earlier.Type != repeated.Type || earlier.Priority != repeated.Priority || !SameData(earlier, repeated))
        {
            throw new ApiException(
                StatusCodes.Status422UnprocessableEntity,
                "Idempotency key used again",
                $"Another request had this Idempotency-Key; it made job {earlier.Id}. Repeat that request as it was, or choose a new key.")
            {
                Field = "Idempotency-Key",
                Code = ErrorCodes.IdempotencyKeyReused,
            };
        }
    }

    private static bool SameData(Job earlier, Job repeated) => earlier.Type == ProtectionTask.TypeName
        ? earlier.ContentSha256 == repeated.ContentSha256 && Wishes.Sha256(earlier) == Wishes.Sha256(repeated)
        : earlier.Data.Format == repeated.Data.Format && earlier.Data.Bytes.Span.SequenceEqual(repeated.Data.Bytes.Span);
}
