using CareerPlatform.Schools.Features.Areas;
using CareerPlatform.Schools.Features.Consents;
using CareerPlatform.Schools.Features.Contacts;
using CareerPlatform.Schools.Features.Counsellors;
using CareerPlatform.Schools.Features.Facilities;
using CareerPlatform.Schools.Features.Families;
using CareerPlatform.Schools.Features.Graduations;
using CareerPlatform.Schools.Features.Organisations;
using CareerPlatform.Schools.Features.Programmes;
using CareerPlatform.Schools.Features.Pupils;
using CareerPlatform.Schools.Features.Reach;
using CareerPlatform.Schools.Features.Requests;
using CareerPlatform.Schools.Features.Results;
using CareerPlatform.Schools.Features.Rosters;
using CareerPlatform.Schools.Features.Rounds;
using CareerPlatform.Schools.Features.Sessions;
using CareerPlatform.Schools.Features.Wishes;
using CareerPlatform.Schools.Features.Withdrawals;

namespace CareerPlatform.Schools.Features;

/// <summary>Every use case of the service, in the order of the season.</summary>
public static class UseCases
{
    public static void MapUseCases(this IEndpointRouteBuilder routes)
    {
        ImportAreas.Map(routes);
        ImportOfficialList.Map(routes);
        LookUpAreas.Map(routes);
        ManageAreaOffices.Map(routes);
        ImportSchools.Map(routes);
        LookUpSchools.Map(routes);

        ImportRoster.Map(routes);
        ListRoster.Map(routes);
        SurveyWishes.Map(routes);
        FindPupil.Map(routes);
        SearchByPhone.Map(routes);
        AddAlias.Map(routes);
        ChangeConsent.Map(routes);
        RecordObjection.Map(routes);
        RegisterConsentText.Map(routes);
        SendFamilyCode.Map(routes);
        ReceiveRequest.Map(routes);
        ListRequests.Map(routes);
        DecideRequest.Map(routes);
        HoldData.Map(routes);
        ListContactTasks.Map(routes);
        CorrectContact.Map(routes);
        ConfirmContact.Map(routes);
        ImportGraduates.Map(routes);
        RecogniseGraduate.Map(routes);
        CountGraduates.Map(routes);

        ReportProgramme.Map(routes);
        ShowProgrammes.Map(routes);
        ReportCounsellors.Map(routes);
        ShowCounsellors.Map(routes);
        ReportSessions.Map(routes);
        RecordReach.Map(routes);
        ReportFacilities.Map(routes);
        ReceiveWithdrawals.Map(routes);

        OpenRound.Map(routes);
        ShowRounds.Map(routes);
        UploadResults.Map(routes);
        ShowUpload.Map(routes);
        ListRows.Map(routes);
        DecideReview.Map(routes);
        AcceptResults.Map(routes);
        SetPlaces.Map(routes);
        FinalizeRound.Map(routes);
        AmendResults.Map(routes);
        ReportRound.Map(routes);
        ExportResults.Map(routes);
    }
}
