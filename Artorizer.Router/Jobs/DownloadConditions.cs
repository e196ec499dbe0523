using Microsoft.AspNetCore.Http.Headers;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Artorizer.Router.Jobs;

/// <summary>What a request for a file depends on, in the order of RFC 9110 §13.2.2. Asked for GET and HEAD alone.</summary>
/// <param name="sent">The headers as they came.</param>
/// <param name="request">The same headers, read.</param>
/// <param name="etag">Of the file; strong.</param>
/// <param name="lastModified">Of the file.</param>
internal sealed class DownloadConditions(IHeaderDictionary sent, RequestHeaders request, EntityTagHeaderValue etag, DateTimeOffset lastModified)
{
    /// <summary>In whole seconds, as the header gives it: else a client would hear that the file is newer than it was just told.</summary>
    public DateTimeOffset LastModified { get; } = DateTimeOffset.FromUnixTimeSeconds(lastModified.ToUnixTimeSeconds());

    /// <summary>Whether the answer is 412. A list in which no tag can be read names no file, and so not this one.</summary>
    public bool IsFailed => StringValues.IsNullOrEmpty(sent.IfMatch)
        ? LastModified > request.IfUnmodifiedSince
        : !request.IfMatch.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || tag.Compare(etag, useStrongComparison: true));

    /// <summary>Whether the answer is 304.</summary>
    public bool IsNotModified => StringValues.IsNullOrEmpty(sent.IfNoneMatch)
        ? LastModified <= request.IfModifiedSince
        : request.IfNoneMatch.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || tag.Compare(etag, useStrongComparison: false));

    /// <summary>Whether a part may be sent. A date must be the very one that was told (RFC 9110 §13.1.5).</summary>
    public bool AllowRange => request.IfRange is not { } condition
        || (condition.EntityTag?.Compare(etag, useStrongComparison: true) ?? condition.LastModified == LastModified);
}
