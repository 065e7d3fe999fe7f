//! What the launcher says, in every language.

use alloc::string::String;

use ui::{Language, words};

/// Names the texts, and puts them one behind the other: each is called by its number.
macro_rules! texts {
    ($($name:ident: $text:literal,)*) => {
        /// A text in every language.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Words {
            $($name,)*
        }

        const TEXTS: ui::Words = words!(concat!($($text, "|",)*));
    };
}

texts! {
    Search: "Search apps|Apps suchen|ऐप खोजें|ابحث عن تطبيق",
    All: "All|Alle|सभी|الكل",
    Opening: "Opening…|Wird geöffnet…|खुल रहा है…|جارٍ الفتح…",
    Running: "Open|Geöffnet|खुला है|مفتوح",
    Closed: "Used before|Zuvor benutzt|पहले उपयोग किया|استُخدم من قبل",
    OpenApps: "Open apps|Geöffnete Apps|खुले ऐप|التطبيقات المفتوحة",
    NothingOpen: "No app is open.|Keine App ist geöffnet.|कोई ऐप खुला नहीं है।|لا يوجد تطبيق مفتوح.",
    Loading: "Loading apps…|Apps werden geladen…|ऐप लोड हो रहे हैं…|جارٍ تحميل التطبيقات…",
    Empty: "No apps yet|Noch keine Apps|अभी कोई ऐप नहीं|لا توجد تطبيقات بعد",
    EmptyText: "Apps installed on this device appear here.|Installierte Apps erscheinen hier.|इस उपकरण के ऐप यहाँ दिखते हैं।|تظهر هنا تطبيقات هذا الجهاز.",
    NotFound: "No app is called that|Keine App heißt so|इस नाम का कोई ऐप नहीं|لا يوجد تطبيق بهذا الاسم",
    ShowAll: "Show all apps|Alle Apps zeigen|सभी ऐप दिखाएँ|كل التطبيقات",
    Failed: "The apps cannot be shown|Die Apps sind nicht zu sehen|ऐप नहीं दिखाए जा सकते|تعذر عرض التطبيقات",
    NoAnswer: "The system did not answer|Das System antwortet nicht|सिस्टम ने उत्तर नहीं दिया|لم يستجب النظام",
    Unreadable: "The list of apps could not be read|Die Liste der Apps ist unlesbar|ऐप की सूची पढ़ी नहीं जा सकी|تعذرت قراءة قائمة التطبيقات",
    Again: "Try again|Noch einmal|फिर कोशिश करें|إعادة المحاولة",
    NotOpened: "The app did not open|Die App ging nicht auf|ऐप नहीं खुला|لم يُفتح التطبيق",
    NotClosed: "The app did not close|Die App ging nicht zu|ऐप बंद नहीं हुआ|لم يُغلق التطبيق",
    NotDone: "That was not possible|Das war nicht möglich|यह संभव नहीं हुआ|تعذر ذلك",
    Quick: "Quick settings|Schnellzugriff|त्वरित सेटिंग|إعدادات سريعة",
    Dark: "Dark|Dunkel|गहरा|داكن",
    Light: "Light|Hell|हल्का|فاتح",
    Contrast: "High contrast|Hoher Kontrast|उच्च कंट्रास्ट|تباين عالٍ",
    Large: "Large text|Große Schrift|बड़े अक्षर|نص كبير",
    Brightness: "Brightness|Helligkeit|चमक|السطوع",
    Keyboard: "Keyboard|Tastatur|कीबोर्ड|لوحة المفاتيح",
    Lock: "Lock|Sperren|लॉक|قفل",
    Blank: "Screen off|Bildschirm aus|स्क्रीन बंद|إطفاء الشاشة",
    Restart: "Restart|Neustart|रीस्टार्ट|إعادة تشغيل",
    Off: "Power off|Ausschalten|बंद करें|إيقاف",
    Cancel: "Cancel|Abbrechen|रद्द करें|إلغاء",
    RestartAsked: "Restart this device?|Das Gerät neu starten?|उपकरण रीस्टार्ट करें?|إعادة تشغيل الجهاز؟",
    OffAsked: "Power off this device?|Das Gerät ausschalten?|उपकरण बंद करें?|إيقاف الجهاز؟",
    AllClose: "All open apps are closed.|Alle offenen Apps werden beendet.|सभी खुले ऐप बंद हो जाएँगे।|ستُغلق كل التطبيقات المفتوحة.",
    Restarting: "Restarting…|Neustart läuft…|रीस्टार्ट हो रहा है…|جارٍ إعادة التشغيل…",
    GoingOff: "Powering off…|Wird ausgeschaltet…|बंद हो रहा है…|جارٍ الإيقاف…",
    // Categories.
    OfCreative: "Creative|Kreativ|रचना|إبداع",
    OfDevelopment: "Development|Entwicklung|विकास|تطوير",
    OfEducation: "Learning|Lernen|शिक्षा|تعليم",
    OfGames: "Games|Spiele|खेल|ألعاب",
    OfKiosk: "Service|Service|सेवा|خدمة",
    OfMedia: "Media|Medien|मीडिया|وسائط",
    OfNetwork: "Network|Netz|नेटवर्क|شبكة",
    OfOffice: "Office|Büro|कार्यालय|مكتب",
    OfPhoto: "Pictures|Bilder|चित्र|صور",
    OfSamples: "Samples|Beispiele|नमूने|أمثلة",
    OfSettings: "Settings|Einstellungen|सेटिंग्स|إعدادات",
    OfSystem: "System|System|सिस्टम|النظام",
    OfTime: "Time|Zeit|समय|الوقت",
    OfTools: "Tools|Werkzeuge|औज़ार|أدوات",
}

/// What a text is in a language.
pub(crate) fn of(language: Language, words: Words) -> String {
    language.nth_of(TEXTS, Language::ALL.len() * words as usize + language as usize)
}

/// Categories by what manifests call them. Others are shown as they are.
const CATEGORIES: [(&str, Words); 14] = [
    ("creative", Words::OfCreative),
    ("development", Words::OfDevelopment),
    ("education", Words::OfEducation),
    ("games", Words::OfGames),
    ("kiosk", Words::OfKiosk),
    ("media", Words::OfMedia),
    ("network", Words::OfNetwork),
    ("office", Words::OfOffice),
    ("photo", Words::OfPhoto),
    ("samples", Words::OfSamples),
    ("settings", Words::OfSettings),
    ("system", Words::OfSystem),
    ("time", Words::OfTime),
    ("tools", Words::OfTools),
];

/// The name of a category, where there is one in every language.
pub(crate) fn category(code: &str) -> Option<Words> {
    CATEGORIES.iter().find(|(known, _)| *known == code).map(|(_, words)| *words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn category_has_a_name_in_every_language() {
        for (code, words) in CATEGORIES {
            assert!(Language::ALL.iter().all(|language| !of(*language, words).is_empty()), "{code}");
        }
        assert_eq!(category("games").map(|words| of(Language::German, words)), Some("Spiele".into()));
    }
}
