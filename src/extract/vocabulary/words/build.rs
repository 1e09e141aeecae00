//! The lists of vocabulary files made ready for look-up.

use super::{Lists, Words};
use crate::extract::dates::Calendar;
use crate::extract::tokens::fold;
use crate::extract::vocabulary::fold_text;
use std::collections::BTreeMap;

impl Words {
    /// All lists together.
    pub(in crate::extract::vocabulary) fn new<'f>(lists: impl Iterator<Item = &'f Lists>) -> Words {
        let mut words = Words::default();
        let mut calendar: [Vec<String>; 4] = Default::default();
        let folded = |list: &[String]| list.iter().map(|w| fold(w)).collect::<Vec<_>>();
        for list in lists {
            words
                .bodies
                .extend(list.body.iter().map(|b| b.each_ref().map(|w| fold(w))));
            words
                .offices
                .extend(list.office.iter().map(|b| b.each_ref().map(|w| fold(w))));
            words.weak.extend(folded(&list.body_weak));
            words.adjectives.extend(folded(&list.body_adjectives));
            words.numbers.extend(folded(&list.numbers));
            words.parties.extend(list.parties.iter().cloned());
            words.particles.extend(
                list.name_particles
                    .iter()
                    .chain(&list.name_particles_first)
                    .cloned(),
            );
            words
                .first_particles
                .extend(list.name_particles_first.iter().cloned());
            words.abbreviations.extend(
                list.abbreviations
                    .iter()
                    .chain(&list.abbreviations_leading)
                    .cloned(),
            );
            words
                .leading
                .extend(list.abbreviations_leading.iter().cloned());
            words
                .municipality_kinds
                .extend(folded(&list.municipality_kinds));
            words.case_labels.extend(folded(&list.case_labels));
            words.clauses.extend(folded(&list.clauses));
            words.deciding.extend(folded(&list.verbs_decide));
            words.proposing.extend(folded(&list.verbs_propose));
            words.open.extend(list.open_words.iter().cloned());
            words.outcomes.extend(by_word(&list.outcomes));
            words.decision_words.extend(folded(&list.decision_words));
            words.proposal_words.extend(folded(&list.proposal_words));
            words.follows_words.extend(folded(&list.follows_words));
            words.value_starts.extend(folded(&list.value_starts));
            words.elsewhere.extend(folded(&list.elsewhere));
            words.replaces.extend(folded(&list.replaces));
            words.serves.extend(folded(&list.serves));
            words
                .substitute_words
                .extend(folded(&list.substitute_words));
            words.all_words.extend(folded(&list.all_words));
            words.titles.extend(folded(&list.titles));
            words
                .titles_of_several
                .extend(folded(&list.titles_of_several));
            words
                .continuing_clauses
                .extend(folded(&list.continuing_clauses));
            words.kept_at.extend(list.kept_at.iter().cloned());
            words.leads_on.extend(folded(&list.leads_on));
            words
                .doubtful_endings
                .extend(list.doubtful_endings.iter().cloned());
            words.usual_bodies.extend(list.usual_bodies.iter().cloned());
            words.heading_fillers.extend(folded(&list.heading_fillers));
            words.heading_keys.extend(by_word(&list.heading_keys));
            words.guests.extend(folded(&list.guests));
            words.extract_words.extend(folded(&list.extract_words));
            words.minutes_words.extend(folded(&list.minutes_words));
            words.day_words.extend(folded(&list.day_words));
            words.pauses.extend(folded(&list.pauses));
            words.chairs.extend(folded(&list.chairs));
            words.secretaries.extend(folded(&list.secretaries));
            words
                .adjustment_words
                .extend(folded(&list.adjustment_words));
            words.place_words.extend(list.place_words.iter().cloned());
            words.notice.extend(by_word(&list.notice));
            words.voting.add(&list.voting);
            words.by.extend(folded(&list.by));
            words.negations.extend(folded(&list.negations));
            words.narrating.extend(folded(&list.narrating));
            words.units.extend(folded(&list.units));
            words.and.extend(folded(&list.and));
            words.towards.extend(folded(&list.towards));
            words.having.extend(folded(&list.having));
            words.proposed.extend(folded(&list.proposed));
            words.highest.extend(folded(&list.highest));
            words.motion_nouns.extend(folded(&list.motion_nouns));
            words.full_names.extend(folded(&list.full_names));
            words.owned_endings.extend(folded(&list.owned_endings));
            words.common.extend(folded(&list.common));
            words.citations.extend(list.citations.iter().cloned());
            if !list.behalf.is_empty() {
                words.behalf.clone_from(&list.behalf);
            }
            words.behalf_ends.extend(folded(&list.behalf_ends));
            words.groups.extend(folded(&list.groups));
            words.motion_verbs.extend(folded(&list.motion_verbs));
            words
                .motion_phrases
                .extend(list.motion_phrases.iter().cloned());
            words.acting.extend(folded(&list.acting));
            words.and_others.extend(folded(&list.and_others));
            words.roster.extend(folded(&list.roster));
            words.party_heads.extend(folded(&list.party_heads));
            words.presence_heads.extend(folded(&list.presence_heads));
            words.vote_lists.extend(folded(&list.vote_lists));
            words
                .bare_adjectives
                .extend(folded(&list.body_adjectives_bare));
            words.generic_bodies.extend(folded(&list.body_generic));
            words.listing.extend(folded(&list.listing));
            words.announced.extend(folded(&list.announced));
            words.place_endings.extend(folded(&list.place_endings));
            let short = list.short_bodies.iter();
            words
                .short_bodies
                .extend(short.map(|b| b.each_ref().map(|w| fold(w))));
            words.concluding.extend(folded_phrases(&list.concluding));
            words.heading_endings.extend(by_word(&list.heading_endings));
            words.concur_words.extend(folded(&list.concur_words));
            words.concurrence.extend(list.concurrence.iter().cloned());
            words.stances.extend(by_word(&list.stances));
            words.roles.extend(folded(&list.roles));
            words.role_modifiers.extend(folded(&list.role_modifiers));
            calendar[0].extend(folded(&list.months));
            calendar[1].extend(folded(&list.months_short));
            calendar[2].extend(folded(&list.weekdays));
            calendar[3].extend(folded(&list.ordinals));
        }
        let ends = words
            .bodies
            .iter()
            .flatten()
            .filter_map(|w| w.bytes().next_back());
        words.last_letters = ends.fold(0, |bits, c| bits | 1 << (c.wrapping_sub(b'a') & 31));
        let [months, short, weekdays, ordinals] = calendar;
        words.calendar = Calendar::new(months, short, weekdays, ordinals);
        words
    }
}

/// Each word of lists with the kind that its list has.
fn by_word<K: Clone>(lists: &BTreeMap<K, Vec<String>>) -> impl Iterator<Item = (String, K)> {
    let of_kind = |(kind, words): (&'_ K, &'_ Vec<String>)| {
        let with = |word: &String| (fold(word), kind.clone());
        words.iter().map(with).collect::<Vec<_>>()
    };
    lists.iter().flat_map(of_kind)
}

/// Phrases in lower case and without diacritics.
fn folded_phrases(list: &[String]) -> Vec<String> {
    list.iter().map(|p| fold_text(p)).collect()
}
